/** Gives the answers of the suite's applications to a server in another process. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Application, ApplicationRequest } from '@spillway/http/conformance'
import type { ReplyHead } from './protocol.ts'

/** One application, and where it can be asked. */
export interface BridgedApplication {
  readonly url: string
  close(): void
}

/** Serves the applications of all cases. */
export interface Bridge {
  add(application: Application): BridgedApplication
  close(): void
}

function write(res: ServerResponse, head: ReplyHead): ServerResponse {
  return res.setHeader('x-reply', JSON.stringify(head))
}

async function answer(application: Application, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    const request = JSON.parse(await text(req)) as ApplicationRequest
    const { status = 200, headers = {}, body } = await application(request)
    write(res, { status, headers })
    if (typeof body === 'string') return void res.end(body)
    res.setHeader('x-streamed', 'yes').flushHeaders()
    body.pipe(res)
  } catch (error) {
    write(res, { status: 500, headers: {}, fails: String(error) }).end()
  }
}

/** Listens on a free port. */
export async function openBridge(): Promise<Bridge> {
  const applications = new Map<string, Application>()
  const open = new Map<string, Set<ServerResponse>>()
  let count = 0
  const server = createServer((req, res) => {
    const path = req.url ?? ''
    const application = applications.get(path)
    open.get(path)?.add(res)
    res.on('close', () => open.get(path)?.delete(res))
    if (application === undefined) res.writeHead(404).end()
    else void answer(application, req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  return {
    add(application) {
      const path = `/${++count}`
      applications.set(path, application)
      open.set(path, new Set())
      return {
        url: `http://127.0.0.1:${port}${path}`,
        close() {
          for (const res of open.get(path) ?? []) res.destroy()
          applications.delete(path)
          open.delete(path)
        },
      }
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
