/** What throttlers throw. */
import { HttpException } from '@nestjs/common'

/** Its message where there is no other. */
export const throttlerMessage = 'ThrottlerException: Too Many Requests'

/** A 429, with the body that Nest gives to exceptions with a text. */
export class ThrottlerException extends HttpException {
  constructor(message: string = throttlerMessage) {
    super(message === '' ? throttlerMessage : message, 429)
    this.name = 'ThrottlerException'
  }
}
