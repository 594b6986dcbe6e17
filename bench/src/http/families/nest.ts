/** NestJS on Express and on Fastify: bare, with a limit that is never hit, and refusing everything. */
// oxlint-disable-next-line import/no-unassigned-import -- what decorators write to
import 'reflect-metadata'
import { Controller, Get, Module, type DynamicModule, type INestApplication, type Type } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler'
import { RateLimit, SpillwayModule } from '@spillway/nestjs'
import type { FastifyPluginCallback } from 'fastify'
import type { RequestListener } from 'node:http'
import { never, windowMs, type Family, type Variant } from './family.ts'

/** What a variant adds to the app. */
interface Added {
  readonly imports?: DynamicModule[]
  readonly guards?: readonly Type[]
  /** Put on the only handler. */
  readonly decorator?: MethodDecorator
  readonly plugin?: readonly [plugin: FastifyPluginCallback, options: object]
}

/** The bench runs sources as they are, in which decorators are functions that are called. */
function createModule({ imports = [], guards = [], decorator }: Added): Type {
  class HelloController {
    hello(): string {
      return 'Hello World!'
    }
  }
  const handler = Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello') as PropertyDescriptor
  Get()(HelloController.prototype, 'hello', handler)
  decorator?.(HelloController.prototype, 'hello', handler)
  Controller()(HelloController)
  class AppModule {
    readonly name = 'app'
  }
  const providers = guards.map((useClass) => ({ provide: APP_GUARD, useClass }))
  Module({ imports, controllers: [HelloController], providers })(AppModule)
  return AppModule
}

const quiet = { logger: false } as const

function onExpress(added: () => Added = () => ({})): Variant {
  return async () => {
    const app: INestApplication = await NestFactory.create(createModule(added()), new ExpressAdapter(), quiet)
    await app.init()
    return app.getHttpAdapter().getInstance() as RequestListener
  }
}

function onFastify(added: () => Added | Promise<Added> = () => ({})): Variant {
  return async () => {
    const made = await added()
    const app = await NestFactory.create<NestFastifyApplication>(createModule(made), new FastifyAdapter(), quiet)
    const fastify = app.getHttpAdapter().getInstance()
    if (made.plugin !== undefined) await fastify.register(...made.plugin)
    await app.init()
    await fastify.ready()
    return (request, response) => fastify.routing(request, response)
  }
}

/** Ours, guard and decorator, without the overload control that the module brings. */
function rateLimited(limit: number): Added {
  return {
    imports: [SpillwayModule.forRoot({ overload: false })],
    decorator: RateLimit({ limit, windowMs }),
  }
}

function throttled(limit: number): Added {
  return { imports: [ThrottlerModule.forRoot([{ ttl: windowMs, limit }])], guards: [ThrottlerGuard] }
}

async function fastifyRateLimit(max: number): Promise<Added> {
  const { default: plugin } = await import('@fastify/rate-limit')
  return { plugin: [plugin, { max, timeWindow: windowMs }] }
}

async function underPressure(): Promise<Added> {
  const { default: plugin } = await import('@fastify/under-pressure')
  const generous = { maxEventLoopDelay: 10_000, maxHeapUsedBytes: 8e9, maxRssBytes: 16e9 }
  return { plugin: [plugin, generous] }
}

const control = (): Added => ({ imports: [SpillwayModule.forRoot()] })

export const nestExpressFamily: Family = {
  name: 'nest on express',
  bare: onExpress(),
  variants: {
    '+ spillway overload control': onExpress(control),
    '+ spillway @RateLimit': onExpress(() => rateLimited(never)),
    '+ @nestjs/throttler': onExpress(() => throttled(never)),
    'refusing: spillway @RateLimit': onExpress(() => rateLimited(0)),
    'refusing: @nestjs/throttler': onExpress(() => throttled(0)),
  },
  rivals: [
    { ours: '+ spillway @RateLimit', theirs: '+ @nestjs/throttler' },
    { ours: 'refusing: spillway @RateLimit', theirs: 'refusing: @nestjs/throttler' },
  ],
}

export const nestFastifyFamily: Family = {
  name: 'nest on fastify',
  bare: onFastify(),
  variants: {
    '+ spillway overload control': onFastify(control),
    '+ spillway @RateLimit': onFastify(() => rateLimited(never)),
    '+ @fastify/rate-limit': onFastify(() => fastifyRateLimit(never)),
    '+ @fastify/under-pressure': onFastify(underPressure),
    'refusing: spillway @RateLimit': onFastify(() => rateLimited(0)),
    'refusing: @fastify/rate-limit': onFastify(() => fastifyRateLimit(0)),
  },
  rivals: [
    { ours: '+ spillway @RateLimit', theirs: '+ @fastify/rate-limit' },
    { ours: '+ spillway overload control', theirs: '+ @fastify/under-pressure' },
    { ours: 'refusing: spillway @RateLimit', theirs: 'refusing: @fastify/rate-limit' },
  ],
}
