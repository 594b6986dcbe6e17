import { type QuotaNameOption, takeQuotaName } from '@spillway/http'
import { expect, it } from 'vitest'

it('takes the name out and leaves the rest', () => {
  const options: QuotaNameOption & { limit: number } = { limit: 1 }
  expect(takeQuotaName(options)).toEqual({ quotaName: 'rateLimit', rest: { limit: 1 } })
  expect(takeQuotaName({ limit: 1, requestPropertyName: 'quota' })).toEqual({ quotaName: 'quota', rest: { limit: 1 } })
})

it.each(['', 7, null])('refuses %j', (requestPropertyName) => {
  expect(() => takeQuotaName({ requestPropertyName } as never)).toThrow(
    'rateLimit: option "requestPropertyName" must be a name that is not empty',
  )
})
