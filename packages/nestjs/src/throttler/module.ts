/** The module of @nestjs/throttler, with its options. */
import { ConfigurableModuleBuilder, Module } from '@nestjs/common'
import type { ConfigurableModuleCls, DynamicModule } from '@nestjs/common'
import { ThrottlerGuard } from './guard.ts'
import type { ThrottlerAsyncOptions, ThrottlerModuleOptions } from './options.ts'
import { throttlerOptionsToken } from './tokens.ts'

const ModuleClass: ConfigurableModuleCls<ThrottlerModuleOptions, 'forRoot', 'createThrottlerOptions'> =
  new ConfigurableModuleBuilder<ThrottlerModuleOptions>({ optionsInjectionToken: throttlerOptionsToken })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createThrottlerOptions')
    .build().ConfigurableModuleClass

/**
 * Options for {@link ThrottlerGuard}. As with @nestjs/throttler the guard is yours to register:
 * `{ provide: APP_GUARD, useClass: ThrottlerGuard }`.
 */
export class ThrottlerModule extends ModuleClass {
  /** With options as they are. */
  static override forRoot(options: ThrottlerModuleOptions = []): DynamicModule {
    // Not through the builder, which makes an object of a list.
    return shared({ module: this, providers: [{ provide: throttlerOptionsToken, useValue: options }] })
  }

  /** With options that have to be asked for. */
  static override forRootAsync(options: ThrottlerAsyncOptions): DynamicModule {
    return shared(super.forRootAsync(options))
  }
}

function shared(definition: DynamicModule): DynamicModule {
  return {
    ...definition,
    global: true,
    providers: [...(definition.providers ?? []), ThrottlerGuard],
    exports: [throttlerOptionsToken, ThrottlerGuard],
  }
}

Module({})(ThrottlerModule)
