/** The same SVG in far fewer letters: pictures lie in the repository, and pages load them. */

/** What is said of each mark to screen readers, which read the alternative text instead, and what says nothing at all. */
const needless =
  /\s(?:class|role|aria-[a-z]+|pointer-events|opacity="1"|stroke-opacity="1"|stroke-dasharray=""|xmlns:xlink)(?:="[^"]*")?(?=[\s/>])/g

/**
 * The same picture in a third of the letters: hundredths of a pixel, the font said once, no empty paths and groups.
 * What stands between tags stays as it is.
 */
export function compact(svg: string): string {
  const family = /\sfont-family="[^"]*"/.exec(svg)?.[0] ?? ''
  let short = svg
    .replaceAll(/<[^>]*>/g, (tag) =>
      tag
        .replaceAll(family === '' ? '\n' : family, '')
        .replaceAll(needless, '')
        .replaceAll(decimals, rounded),
    )
    .replaceAll(/<path d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, '')
    .replaceAll(dots, joinDots)
    .replace('<svg', `<svg${family}`)
    .replaceAll(/\bclip\d+\b(?=[")])/g, renumbered())
  for (let before = ''; before !== short;) {
    before = short
    short = short.replaceAll(/<g(?:\s[^>]*)?><\/g>/g, '')
  }
  return short
}

/** Numbers of its own in order of use: Vega counts on from picture to picture. */
function renumbered(): (id: string) => string {
  const ids = new Map<string, string>()
  return (id) => {
    const known = ids.get(id) ?? `c${ids.size + 1}`
    ids.set(id, known)
    return known
  }
}

const dot =
  /<path transform="translate\(([-\d.]+),([-\d.]+)\)" d="M([\d.]+),0A[^"]*" fill="(#\w+)" stroke-width="2" opacity="([\d.]+)"\/>/g
const dots =
  /(?:<path transform="translate\([-\d.,]+\)" d="M[\d.]+,0A[^"]*" fill="#\w+" stroke-width="2" opacity="[\d.]+"\/>){2,}/g

/** Many dots of one size as one path of points with round ends. */
function joinDots(run: string): string {
  const found = [...run.matchAll(dot)]
  const looks = [...new Set(found.map(([, , , radius, fill, opacity]) => `${radius} ${fill} ${opacity}`))]
  return looks
    .map((look) => {
      const [radius, fill, opacity] = look.split(' ')
      const own = found.filter(([, , , r, f, o]) => `${r} ${f} ${o}` === look)
      const points = own.map(([, x, y]) => `M${x},${y}h.01`).join('')
      const width = Math.round(Number(radius) * 200) / 100
      return `<path d="${points}" stroke="${fill}" stroke-width="${width}" stroke-linecap="round" opacity="${opacity}"/>`
    })
    .join('')
}

const decimals = /-?\d*\.\d{3,}(?:e-\d+)?/g

function rounded(number: string): string {
  return String(Math.round(Number(number) * 100) / 100)
}
