// The public API of @spillway/nestjs/throttler, as emitted. Written by "pnpm api"; do not edit.

// throttler/index.d.ts
export * from './durations.ts';
export { ThrottlerException, throttlerMessage } from './exception.ts';
export { ThrottlerGuard } from './guard.ts';
export type { RequestResponse } from './hooks.ts';
export { SkipThrottle, Throttle } from './metadata.ts';
export { ThrottlerModule } from './module.ts';
export type * from './options.ts';
export { getOptionsToken, InjectThrottlerOptions } from './tokens.ts';

// throttler/durations.d.ts
export declare function seconds(howMany: number): number;
export declare function minutes(howMany: number): number;
export declare function hours(howMany: number): number;
export declare function days(howMany: number): number;
export declare function weeks(howMany: number): number;

// throttler/exception.d.ts
import { HttpException } from '@nestjs/common';
export declare const throttlerMessage = "ThrottlerException: Too Many Requests";
export declare class ThrottlerException extends HttpException {
    constructor(message?: string);
}

// throttler/guard.d.ts
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { RequestResponse } from './hooks.ts';
import type { ThrottlerLimitDetail, ThrottlerModuleOptions } from './options.ts';
export declare class ThrottlerGuard implements CanActivate {
    #private;
    protected readonly options: ThrottlerModuleOptions;
    constructor(options: ThrottlerModuleOptions);
    canActivate(context: ExecutionContext): Promise<boolean>;
    protected shouldSkip(_context: ExecutionContext): Promise<boolean>;
    protected getTracker(req: Record<string, never>, _context: ExecutionContext): Promise<string>;
    protected generateKey(context: ExecutionContext, tracker: string, name: string): string;
    protected getRequestResponse(context: ExecutionContext): RequestResponse;
    protected throwThrottlingException(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void>;
    protected getErrorMessage(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<string>;
}

// throttler/hooks.d.ts: see index.api.d.ts

// throttler/options.d.ts: see index.api.d.ts

// throttler/metadata.d.ts
import 'reflect-metadata';
import type { ThrottlerMethodOrControllerOptions } from './options.ts';
export type Targets = readonly [handler: object, classRef: object];
export declare function throttleOf(name: string, targets: Targets): ThrottlerMethodOrControllerOptions;
export declare function isSkipped(name: string, targets: Targets): boolean;
export declare function throttleNames(targets: Targets): readonly string[];
type ThrottleDecorator = MethodDecorator & ClassDecorator;
export declare function Throttle(options: Readonly<Record<string, ThrottlerMethodOrControllerOptions>>): ThrottleDecorator;
export declare function SkipThrottle(skip?: Readonly<Record<string, boolean>>): ThrottleDecorator;
export {};

// throttler/module.d.ts
import type { ConfigurableModuleCls, DynamicModule } from '@nestjs/common';
import type { ThrottlerAsyncOptions, ThrottlerModuleOptions } from './options.ts';
declare const ModuleClass: ConfigurableModuleCls<ThrottlerModuleOptions, 'forRoot', 'createThrottlerOptions'>;
export declare class ThrottlerModule extends ModuleClass {
    static forRoot(options?: ThrottlerModuleOptions): DynamicModule;
    static forRootAsync(options: ThrottlerAsyncOptions): DynamicModule;
}
export {};

// throttler/tokens.d.ts
export declare const throttlerOptionsToken = "THROTTLER:MODULE_OPTIONS";
export declare function getOptionsToken(): string;
export declare function InjectThrottlerOptions(): PropertyDecorator & ParameterDecorator;
