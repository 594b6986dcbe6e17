// The public API of @spillway/http/node, as emitted. Written by "pnpm api"; do not edit.

// node/index.d.ts
export { createNodeGuard, guardHandler } from './guard.ts';
export type { Next, NodeGuard, Refused, RefuseHook } from './guard.ts';
export { leased } from './lease.ts';
export type { LeaseOptions } from './lease.ts';
export { checkLinger } from './linger.ts';
export type { Linger, LingerOptions } from './linger.ts';
export { observeServer } from './observe-server.ts';
export type { ConnectionSource } from './observe-server.ts';
export { nodeReader } from './reader.ts';
export { createConnectGuard, refuseWith } from './refusal-handler.ts';
export type { ConnectHandler } from './refusal-handler.ts';
export { onResponseDone } from './response-done.ts';
export type { ResponseListener } from './response-done.ts';
export { closeAfterRefusal, writeRefusal } from './write-refusal.ts';

// node/guard.d.ts
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Rejection } from '@spillway/core';
import type { HttpPolicy, RefusalDetails } from '../policy.ts';
export type Next = (error?: unknown) => void;
export interface Refused<Req> extends RefusalDetails {
    readonly request: Req;
    readonly res: ServerResponse;
    readonly next: Next;
    readonly rejection: Rejection;
}
export type RefuseHook<Req> = (refused: Refused<Req>) => void;
export type NodeGuard<Req> = (request: Req, res: ServerResponse, next: Next) => void;
export declare function createNodeGuard<Req>(policy: HttpPolicy<Req>, refuse?: RefuseHook<Req>): NodeGuard<Req>;
export declare function guardHandler(handler: RequestListener, policy: HttpPolicy<IncomingMessage>): RequestListener;

// policy.d.ts: see index.api.d.ts

// ticket.d.ts: see index.api.d.ts

// node/lease.d.ts
import type { Clock, Millis } from '@spillway/core';
import type { HttpPolicy } from '../policy.ts';
export interface LeaseOptions {
    readonly maxHoldMs: Millis;
    readonly onExpire?: (req: unknown) => void;
    readonly clock?: Clock;
}
export declare function leased<Req>(policy: HttpPolicy<Req>, options: LeaseOptions): HttpPolicy<Req>;

// node/linger.d.ts
import type { IncomingMessage } from 'node:http';
import type { Clock, Millis } from '@spillway/core';
export interface LingerOptions {
    readonly maxBytes?: number;
    readonly maxMs?: Millis;
    readonly clock?: Clock;
}
export type Linger = Required<LingerOptions>;
export declare function checkLinger(owner: string, options: LingerOptions): Linger;
export declare const defaultLinger: Linger;
export declare function lingerAfter(req: IncomingMessage, { maxBytes, maxMs, clock }: Linger): void;

// node/observe-server.d.ts
import type { HttpPolicy } from '../policy.ts';
export interface ConnectionSource {
    on(event: 'connection', listener: () => void): unknown;
}
type Arrivals = Pick<HttpPolicy<never>, 'arrived'>;
export declare function observeServer(server: ConnectionSource, policy: Arrivals): void;
export declare function observeServerOf(req: {
    readonly socket: unknown;
}, policy: Arrivals): void;
export {};

// node/reader.d.ts
import type { IncomingMessage } from 'node:http';
import type { Reader } from '../reader.ts';
export declare const nodeReader: Reader<IncomingMessage>;

// reader.d.ts: see index.api.d.ts

// node/refusal-handler.d.ts
import type { ServerResponse } from 'node:http';
import type { HttpPolicy, RefusalDetails } from '../policy.ts';
import type { Next, NodeGuard, Refused, RefuseHook } from './guard.ts';
export declare function refuseWith<Req>(handle: (refused: Refused<Req>) => unknown): RefuseHook<Req>;
export type ConnectHandler<Req, Res extends ServerResponse> = (req: Req, res: Res, next: Next, details: RefusalDetails) => unknown;
export declare function createConnectGuard<Req, Res extends ServerResponse>(policy: HttpPolicy<Req>, handler: ConnectHandler<Req, Res> | undefined): NodeGuard<Req>;

// node/response-done.d.ts
import type { IncomingMessage, ServerResponse } from 'node:http';
export interface ResponseListener {
    done(completed: boolean): void;
}
export declare function onResponseDone(req: IncomingMessage, res: ServerResponse, listener: ResponseListener): void;
export declare function responseListeners(res: ServerResponse): ResponseListener | readonly ResponseListener[] | undefined;
export declare function isOver(res: ServerResponse): boolean;

// node/write-refusal.d.ts
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../policy.ts';
import type { Linger } from './linger.ts';
export declare function writeRefusal(req: IncomingMessage, res: ServerResponse, refusal: Refusal, linger?: Linger | false): void;
export declare function closeAfterRefusal(req: IncomingMessage, res: ServerResponse, linger?: Linger | false): void;
