/** The shop as a module. */
import { type DynamicModule, Module } from '@nestjs/common'
import { Shop, type Side } from '@spillway/demo-kit/shop'
import { SpillwayModule } from '@spillway/nestjs'
import { CatalogueController } from './catalogue.controller.ts'
import { CheckoutController } from './checkout.controller.ts'
import { HealthController } from './health.controller.ts'
import { StreamController } from './stream.controller.ts'

@Module({})
export class AppModule {
  /** The only difference between the twins is whether there is overload control. */
  static of(side: Side): DynamicModule {
    return {
      module: AppModule,
      imports: [SpillwayModule.forRoot(side === 'protected' ? {} : { overload: false })],
      controllers: [HealthController, CatalogueController, CheckoutController, StreamController],
      providers: [Shop],
    }
  }
}
