/** The shop as a Nest app: with overload control, or without. */
import 'reflect-metadata'
import type { Server } from 'node:http'
import { NestFactory } from '@nestjs/core'
import type { Side, TwinApp } from '@spillway/demo-kit/shop'
import { Spillway } from '@spillway/nestjs'
import { AppModule } from './app.module.ts'

/** The whole shop. */
export async function createApp(side: Side): Promise<TwinApp> {
  const app = await NestFactory.create(AppModule.of(side), { logger: false })
  await app.init()
  const spillway = app.get(Spillway)
  const snapshot = () => spillway.snapshot().overload!
  const control = side === 'protected' ? { snapshot, drain: () => spillway.drain() } : undefined
  return { server: app.getHttpServer() as Server, control }
}
