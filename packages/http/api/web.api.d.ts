// The public API of @spillway/http/web, as emitted. Written by "pnpm api"; do not edit.

// web/index.d.ts
export { createWebGuard } from './guard.ts';
export type { WebGuard, WebGuardOptions, WebNext, WebRefused, WebRefuseHook } from './guard.ts';
export { pathOf, webReader } from './reader.ts';
export type { WebCall } from './reader.ts';
export { asRequestBound, createRequestBoundEnvironment } from './request-bound.ts';
export type { Attendance, RequestBoundEnvironment, RequestBoundOptions } from './request-bound.ts';
export { toResponse } from './respond.ts';

// web/guard.d.ts
import type { Rejection } from '@spillway/core';
import type { HttpPolicy, RefusalDetails } from '../policy.ts';
import type { Attendance } from './request-bound.ts';
export type WebNext = () => Response | Promise<Response>;
export interface WebRefused<Req> extends RefusalDetails {
    readonly request: Req;
    readonly raw: Request;
    readonly rejection: Rejection;
}
export type WebRefuseHook<Req> = (refused: WebRefused<Req>) => Response | Promise<Response>;
export type WebGuard<Req> = (request: Req, raw: Request, next: WebNext) => Response | Promise<Response>;
export interface WebGuardOptions<Req> {
    readonly refuse?: WebRefuseHook<Req>;
    readonly attendance?: Attendance | undefined;
}
export declare function createWebGuard<Req extends object>(policy: HttpPolicy<Req>, options?: WebGuardOptions<Req>): WebGuard<Req>;

// policy.d.ts: see index.api.d.ts

// ticket.d.ts: see index.api.d.ts

// web/request-bound.d.ts
import type { Environment, Millis } from '@spillway/core';
export interface Attendance {
    entered(): void;
    waiting(): () => void;
}
export interface RequestBoundEnvironment extends Environment {
    readonly attendance: Attendance;
    readonly maxHoldMs: Millis;
}
export interface RequestBoundOptions {
    readonly maxHoldMs?: Millis;
    readonly base?: Environment;
}
export declare function createRequestBoundEnvironment(options?: RequestBoundOptions): RequestBoundEnvironment;
export declare function asRequestBound(environment: Environment): RequestBoundEnvironment | undefined;

// web/reader.d.ts
import type { Reader } from '../reader.ts';
export interface WebCall {
    readonly request: Request;
    readonly peerAddress?: string | undefined;
}
export declare const webReader: Reader<WebCall>;
export declare function pathOf(url: string): string;

// reader.d.ts: see index.api.d.ts

// web/respond.d.ts
import type { Refusal } from '../policy.ts';
export declare function toResponse({ status, headers, body }: Refusal): Response;
export declare function withHeaders(response: Response, list: readonly string[]): Response;
export declare function isUpgraded(response: Response): boolean;
export declare function isEventStream({ headers }: Response): boolean;
export declare function afterRefusal(request: Request, response: Response): Response;
