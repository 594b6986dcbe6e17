/** Express 4 under an alias; as far as it is used here its types are those of 5. */
declare module 'express4' {
  export { default } from 'express'
}
