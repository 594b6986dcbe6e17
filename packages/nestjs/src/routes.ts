/** Which handler a request will get to, for those who decide before Nest does: by the table of all routes. */
import { RequestMethod, VERSION_NEUTRAL, VersioningType } from '@nestjs/common'
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core'
import { MetadataScanner } from '@nestjs/core'
import type { HandlerMarks } from './metadata.ts'
import { isMarked, marksOf } from './metadata.ts'

/** What Nest keeps of its own decorators. */
const keys = { path: 'path', method: 'method', version: '__version__', modulePath: '__module_path__' }

interface Route {
  /** Place in the table: the first that matches is the one that Nest takes. */
  readonly order: number
  readonly method: RequestMethod
  readonly marks: HandlerMarks
}

interface PatternRoute extends Route {
  readonly pattern: RegExp
}

/** A class whose methods are handlers. */
export interface HandlerClass {
  readonly classRef: { readonly name: string; readonly prototype: object }
  readonly modulePath: string
  readonly isController: boolean
}

/** All controllers and providers that are classes, in Nest's order. */
export function handlerClasses(modules: ModulesContainer): HandlerClass[] {
  return [...modules.values()].flatMap(({ controllers, providers, metatype }) => {
    const modulePath = modulePathOf(metatype, modules.applicationId)
    const classesOf = (wrappers: Iterable<{ readonly metatype: unknown }>, isController: boolean): HandlerClass[] =>
      [...wrappers].flatMap(({ metatype: classRef }) =>
        isClass(classRef) ? [{ classRef, modulePath, isController }] : [],
      )
    return [...classesOf(controllers.values(), true), ...classesOf(providers.values(), false)]
  })
}

/** Its handlers with their names. */
export function handlersOf({ classRef }: HandlerClass): readonly (readonly [string, object])[] {
  const { prototype } = classRef
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name) => [name, (prototype as Record<string, unknown>)[name]] as const)
    .filter((entry): entry is readonly [string, object] => typeof entry[1] === 'function')
}

/** A table of routes. Nothing is kept where no route is decorated: then no request pays for it. */
export class RouteTable {
  readonly #byPath = new Map<string, Route[]>()
  readonly #byPattern: PatternRoute[] = []
  readonly #staticFirst: boolean
  #count = 0

  /** `staticFirst`: a path without parameters goes before all patterns, as in Fastify, and not only before later ones. */
  constructor(modules: ModulesContainer, config: ApplicationConfig, staticFirst: boolean) {
    this.#staticFirst = staticFirst
    const controllers = handlerClasses(modules).filter(({ isController }) => isController)
    const matters = controllers.some((each) =>
      handlersOf(each).some(
        ([, handler]) => isMarked(each.classRef, handler) && decides(marksOf(each.classRef, handler)),
      ),
    )
    if (!matters) return
    for (const each of controllers) this.#add(each, config)
  }

  /** The marks of the handler of a request; `undefined` for a request that nothing decorated will answer. */
  find(method: string, url: string): HandlerMarks | undefined {
    if (this.#byPath.size === 0 && this.#byPattern.length === 0) return undefined
    const path = pathOf(url)
    let found: Route | undefined
    for (const route of this.#byPath.get(path.toLowerCase()) ?? []) {
      if (matches(route, method) && (found === undefined || route.order < found.order)) found = route
    }
    if (found !== undefined && this.#staticFirst) return found.marks
    for (const route of this.#byPattern) {
      if (found !== undefined && found.order < route.order) break
      if (matches(route, method) && route.pattern.test(path)) return route.marks
    }
    return found?.marks
  }

  #add(each: HandlerClass, config: ApplicationConfig): void {
    const { classRef } = each
    for (const [, handler] of handlersOf(each)) {
      const method = Reflect.getMetadata(keys.method, handler) as RequestMethod | undefined
      if (method === undefined) continue
      const marks = marksOf(classRef, handler)
      for (const path of pathsOf(each, handler, config)) this.#addPath(path, method, marks)
    }
  }

  #addPath(path: string, method: RequestMethod, marks: HandlerMarks): void {
    const route = { order: this.#count++, method, marks }
    if (/[:*{(]/.test(path)) {
      this.#byPattern.push({ ...route, pattern: patternOf(path) })
      return
    }
    const known = this.#byPath.get(path.toLowerCase())
    if (known === undefined) this.#byPath.set(path.toLowerCase(), [route])
    else known.push(route)
  }
}

function decides({ priority, skipsOverload }: HandlerMarks): boolean {
  return priority !== undefined || skipsOverload
}

/** `HEAD` is answered by handlers of `GET`. */
function matches({ method }: Route, asked: string): boolean {
  const name = RequestMethod[method]
  return method === RequestMethod.ALL || name === asked || (asked === 'HEAD' && name === 'GET')
}

/** Every path that leads to a handler, with versions and prefixes, as Nest puts them together. */
function pathsOf({ classRef, modulePath }: HandlerClass, handler: object, config: ApplicationConfig): string[] {
  const versioning = config.getVersioning()
  const byUri = versioning?.type === VersioningType.URI
  const versions = byUri
    ? (Reflect.getMetadata(keys.version, handler) ??
      Reflect.getMetadata(keys.version, classRef) ??
      versioning.defaultVersion)
    : undefined
  const prefix = byUri ? (versioning.prefix === false ? '' : (versioning.prefix ?? 'v')) : ''
  const version = (each: unknown): string =>
    each === undefined || each === VERSION_NEUTRAL ? '' : `${prefix}${each as string}`
  return listOf(versions).flatMap((eachVersion) =>
    listOf(Reflect.getMetadata(keys.path, classRef)).flatMap((controllerPath) =>
      listOf(Reflect.getMetadata(keys.path, handler)).flatMap((path) => {
        const own = joinPath(modulePath, controllerPath, path)
        const versioned = joinPath(version(eachVersion), own)
        // Either may be right for a route that is excluded from the prefix: nothing else answers at the other.
        return config.getGlobalPrefix() === ''
          ? [versioned]
          : [joinPath(config.getGlobalPrefix(), versioned), versioned]
      }),
    ),
  )
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

function joinPath(...parts: readonly unknown[]): string {
  const segments = parts
    .flatMap((part) => (typeof part === 'string' ? part.split('/') : []))
    .filter((part) => part !== '')
  return `/${segments.join('/')}`
}

/** Of a URL without its query and without a slash at its end. */
function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  const path = end < 0 ? url : url.slice(0, end)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Close enough for both platforms: parameters are segments, wildcards anything, braces and question marks optional. */
function patternOf(path: string): RegExp {
  const source = path
    .replace(/[.+^$|[\]\\]/g, String.raw`\$&`)
    .replace(/:(\w+)(\([^)]*\))?(\??)/g, (_all, _name, _rule, optional: string) =>
      optional === '' ? '[^/]+' : '[^/]*',
    )
    .replace(/\/\{\*\w*\}/g, '(?:/.*)?')
    .replace(/\*\w*/g, '.*')
    .replaceAll('{', '(?:')
    .replaceAll('}', ')?')
  return new RegExp(`^${source}/?$`, 'i')
}

function modulePathOf(metatype: object, applicationId: string): string {
  const own = Reflect.getMetadata(`${keys.modulePath}${applicationId}`, metatype) as string | undefined
  return own ?? (Reflect.getMetadata(keys.modulePath, metatype) as string | undefined) ?? ''
}

function isClass(value: unknown): value is HandlerClass['classRef'] {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null
}
