/** The module. */
import { ConfigurableModuleBuilder, Module } from '@nestjs/common'
import type { ConfigurableModuleAsyncOptions, ConfigurableModuleCls, DynamicModule } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { SpillwayGuard } from './guard.ts'
import { SpillwayInterceptor } from './interceptor.ts'
import { SpillwayMiddleware } from './middleware.ts'
import type { NestRequest, SpillwayOptions } from './options.ts'
import { Spillway } from './spillway.ts'
import { optionsToken } from './tokens.ts'

/** What is decided when modules are put together, and not by the options that a factory makes. */
export interface SpillwayModuleExtras {
  /** Whether every module can inject {@link Spillway}; default true. Without it, modules whose classes name the guard import this one. */
  readonly isGlobal?: boolean
  /** Whether {@link SpillwayGuard} guards every controller and resolver; default true. `false` where it is named by `@UseGuards`. */
  readonly guard?: boolean
}

/** What {@link SpillwayModule.forRootAsync} takes: `useFactory` with `inject`, `useClass` or `useExisting`. */
export type SpillwayAsyncOptions = ConfigurableModuleAsyncOptions<SpillwayOptions<never>, 'createSpillwayOptions'> &
  SpillwayModuleExtras

const provided = [Spillway, SpillwayGuard, SpillwayInterceptor, SpillwayMiddleware]

function define(definition: DynamicModule, { isGlobal, guard }: SpillwayModuleExtras): DynamicModule {
  const guards = guard === false ? [] : [{ provide: APP_GUARD, useExisting: SpillwayGuard }]
  return {
    ...definition,
    global: isGlobal !== false,
    providers: [...(definition.providers ?? []), ...provided, ...guards],
    exports: provided,
  }
}

const extras: SpillwayModuleExtras = { isGlobal: true, guard: true }

const ModuleClass: ConfigurableModuleCls<
  SpillwayOptions<never>,
  'forRoot',
  'createSpillwayOptions',
  SpillwayModuleExtras
> = new ConfigurableModuleBuilder<SpillwayOptions<never>>({ optionsInjectionToken: optionsToken })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createSpillwayOptions')
  .setExtras(extras, define)
  .build().ConfigurableModuleClass

/**
 * Overload control for all HTTP requests of the app, and the guard behind the decorators. Import it once. Throws a TypeError or RangeError for
 * bad options when the app is created, and for decorators that make no sense when it starts.
 *
 * `imports: [SpillwayModule.forRoot()]`
 */
export class SpillwayModule extends ModuleClass {
  /** With options as they are. */
  static override forRoot<Req = NestRequest>(options: SpillwayOptions<Req> & SpillwayModuleExtras = {}): DynamicModule {
    return super.forRoot(options)
  }

  /** With options that have to be asked for. */
  static override forRootAsync(options: SpillwayAsyncOptions): DynamicModule {
    return super.forRootAsync(options)
  }
}

Module({})(SpillwayModule)
