/** The conformance suite's view of Nest: the guard and the front of both platforms. */
import { Readable } from 'node:stream'
import type { ServerResponse } from 'node:http'
import { All, Catch, Controller, Req, Res, UseGuards } from '@nestjs/common'
import type { ArgumentsHost, ExceptionFilter, ExecutionContext, Type } from '@nestjs/common'
import type { Reader } from '@spillway/http'
import { counting, resolveControl } from '@spillway/http/conformance'
import type { Application, Control, Countable, Harness, Reply, Setup } from '@spillway/http/conformance'
import { nodeReader } from '@spillway/http/node'
import {
  ConcurrencyLimit,
  RateLimit,
  Spillway,
  SpillwayException,
  SpillwayGuard,
  SpillwayModule,
} from '@spillway/nestjs'
import type { NestRequest, SpillwayOptions } from '@spillway/nestjs'
import type { RefusalDetails } from '@spillway/http'
import { moduleOf, type Platform, start } from './app.ts'

/** What both platforms call their response. */
interface AnyResponse {
  status(code: number): AnyResponse
  header(name: string, value: string): AnyResponse
  send(body: unknown): unknown
  readonly raw?: ServerResponse
}

type AnyRequest = NestRequest & { readonly originalUrl?: string; readonly rateLimit?: { readonly remaining: number } }

const reader = nodeReader as unknown as Reader<NestRequest>

function sendReply(response: AnyResponse, { status = 200, headers = {}, body, endTwice }: Reply): void {
  response.status(status)
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  if (body instanceof Readable && response.raw === undefined) body.pipe(response as unknown as ServerResponse)
  else response.send(body)
  if (endTwice === true) (response.raw ?? (response as unknown as ServerResponse)).end()
}

function handler(context: ExecutionContext, { rejection }: RefusalDetails): void {
  context.switchToHttp().getResponse<AnyResponse>().send(`handled: ${rejection.reason}`)
}

/** As users write one: headers are those of the response already. */
class RefusalFilter implements ExceptionFilter {
  catch(exception: SpillwayException, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<AnyResponse>().status(exception.getStatus()).send('in other words')
  }
}
Catch(SpillwayException)(RefusalFilter)

function optionsOf(control: Control): SpillwayOptions {
  const resolved = resolveControl<NestRequest>(control, reader)
  const handling = resolved.handled === true ? { handler } : {}
  if (resolved.kind === 'overloadControl') return { overload: resolved.options }
  const overload = false
  if (resolved.kind === 'rateLimit')
    return { overload, rateLimits: { tested: { name: 'rate', ...resolved.options, ...handling } } }
  return { overload, concurrencyLimits: { tested: { name: 'concurrency', ...resolved.options, ...handling } } }
}

function controllerOf({ control, application, mounts = 1 }: Setup): Type {
  class TestController {
    answer(request: AnyRequest, response: AnyResponse): void | Promise<void> {
      const asked = {
        method: request.method ?? '',
        url: request.originalUrl ?? request.url ?? '',
        remaining: request.rateLimit?.remaining,
      }
      const reply: ReturnType<Application> = application(asked)
      if (reply instanceof Promise) return reply.then((later) => sendReply(response, later))
      sendReply(response, reply)
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(TestController.prototype, 'answer') as PropertyDescriptor
  All(['/', '*'])(TestController.prototype, 'answer', descriptor)
  Req()(TestController.prototype, 'answer', 0)
  Res()(TestController.prototype, 'answer', 1)
  if (control.kind === 'rateLimit') RateLimit('tested')(TestController.prototype, 'answer', descriptor)
  if (control.kind === 'concurrencyLimit') ConcurrencyLimit('tested')(TestController)
  UseGuards(...Array.from({ length: mounts }, () => SpillwayGuard))(TestController)
  Controller()(TestController)
  return TestController
}

function countable(spillway: Spillway, kind: Control['kind']): Countable<object> {
  if (kind === 'overloadControl') return spillway.overload as Countable<object>
  return kind === 'rateLimit' ? spillway.rateLimit('tested') : spillway.concurrencyLimit('tested')
}

/** Fastify answers 415 to bodies that nobody has told it of, and reads the others before any guard. */
function acceptAnything(fastify: {
  addContentTypeParser(type: string, parse: (req: object, payload: object, done: (error: null) => void) => void): void
}): void {
  fastify.addContentTypeParser('*', (_req, _payload, done) => done(null))
}

function harness(platform: Platform): Harness {
  return {
    async serve(setup) {
      const { control } = setup
      const options = optionsOf(control)
      const module = moduleOf({ imports: [SpillwayModule.forRoot(options)], controllers: [controllerOf(setup)] })
      const running = await start(module, platform, (app) => {
        if (platform === 'fastify') acceptAnything(app.getHttpAdapter().getInstance())
        if ('mode' in control.options) app.useGlobalFilters(new RefusalFilter())
      })
      const counts = counting(countable(running.app.get(Spillway), control.kind))
      return { port: running.port, server: running.server, counts, close: () => running.close() }
    },
  }
}

/** Both platforms. */
export const harnesses: Readonly<Record<string, Harness>> = {
  'Nest on Express': harness('express'),
  'Nest on Fastify': harness('fastify'),
}
