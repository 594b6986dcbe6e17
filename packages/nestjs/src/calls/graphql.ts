/** Resolvers: each counts for itself, and is over when the response to all of them is. */
import type { ExecutionContext } from '@nestjs/common'
import type { HttpPolicy } from '@spillway/http'
import { onResponseDone } from '@spillway/http/node'
import { Admission } from './admission.ts'
import { throwRefusal } from './answer.ts'
import { notedResponse, rawResponse } from './http.ts'

/** What GraphQL drivers of Nest put into the context; subscriptions have neither, or the request of the upgrade. */
interface GraphqlContext {
  readonly req?: object
  readonly request?: object
  readonly res?: unknown
  readonly reply?: unknown
  readonly extra?: { readonly request?: object }
}

/** Drivers put the request alone into the context unless they are told otherwise. Express links the two, on Fastify the front has noted it. */
function responseTo(request: object): unknown {
  return (request as { readonly res?: unknown }).res ?? notedResponse(request)
}

/** The request that carries the query, and the response that will carry the answer. */
export function graphqlRequest(context: ExecutionContext): { readonly request: object; readonly response: unknown } {
  const graphql: GraphqlContext = context.getArgByIndex<GraphqlContext | undefined>(2) ?? {}
  const request = graphql.req ?? graphql.request ?? graphql.extra?.request ?? graphql
  return { request, response: graphql.res ?? graphql.reply ?? responseTo(request) }
}

/** Asks on behalf of a resolver. */
export function guardGraphql(policy: HttpPolicy<object>, context: ExecutionContext): true | Promise<true> {
  const { request, response } = graphqlRequest(context)
  if (policy.skip(request)) return true
  const admission = new Admission(policy, request)
  const res = rawResponse(response)
  const verdict = admission.enter()
  if (res !== undefined) {
    // Before anything is awaited: nothing is emitted later for a client that has left.
    onResponseDone(res.req, res, { done: (completed) => admission.end(completed ? res.statusCode : 0) })
  }
  if (verdict instanceof Promise) return verdict.then((no) => (no === undefined ? true : throwRefusal(no, context)))
  if (verdict !== undefined) return throwRefusal(verdict, context)
  // A subscription has no response to wait for: only its start is limited.
  if (res === undefined) admission.end(200)
  return true
}
