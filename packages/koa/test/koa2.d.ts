/** Koa 2 under an alias; as far as it is used here its types are those of 3. */
declare module 'koa2' {
  import Koa from 'koa'
  export default Koa
}
