/** Real apps of Nest on both platforms. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import manifest from '@nestjs/common/package.json' with { type: 'json' }

/** How requests get in. */
export type Platform = 'express' | 'fastify'

export const platforms: readonly Platform[] = ['express', 'fastify']

/** The version that is tested, as its own package says. */
export const nestVersion: string = manifest.version

/** A running app. */
export interface Running {
  readonly app: INestApplication
  readonly port: number
  readonly server: Server
  readonly get: (path: string, init?: RequestInit) => Promise<Response>
  /** Statuses of so many requests, one after the other. */
  readonly statuses: (path: string, count: number) => Promise<number[]>
  close(): Promise<void>
}

/** A module of classes, for tests that need no class of their own. */
export function moduleOf(metadata: ModuleMetadata): Type {
  @Module(metadata)
  class TestModule {}
  return TestModule
}

/** Starts an app on a free port. `before` sees it when it is made and not started. */
export async function start(
  module: Type,
  platform: Platform = 'express',
  before: (app: INestApplication) => void = () => {},
): Promise<Running> {
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter()
  const app = await NestFactory.create(module, adapter, { logger: false, abortOnError: false })
  before(app)
  await app.listen(0, '127.0.0.1')
  const server = app.getHttpServer() as Server
  const { port } = server.address() as AddressInfo
  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, init)
  return {
    app,
    port,
    server,
    get,
    async statuses(path, count) {
      const statuses = []
      for (let i = 0; i < count; i++) statuses.push((await get(path)).status)
      return statuses
    },
    async close() {
      server.closeAllConnections()
      await app.close()
    },
  }
}
