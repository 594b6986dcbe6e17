/** A certificate that nobody has signed but itself, made anew for each run: no file and no tool is needed. */
import { generateKeyPairSync, sign } from 'node:crypto'

function der(tag: number, ...parts: (Buffer | number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const { length } = content
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts)
const ecdsaWithSha256 = sequence(der(0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]))
const commonName = der(0x06, [0x55, 0x04, 0x03])
const name = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from('localhost')))))
const time = (text: string): Buffer => der(0x17, Buffer.from(text))

/** Key and certificate in the form that `createServer` of https and http2 takes. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const validity = sequence(time('200101000000Z'), time('491231235959Z'))
  const body = sequence(der(0x02, [1]), ecdsaWithSha256, name, validity, name, spki)
  const signature = der(0x03, [0], sign('sha256', body, privateKey))
  const base64 = sequence(body, ecdsaWithSha256, signature).toString('base64')
  const cert = `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  return { key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), cert }
}
