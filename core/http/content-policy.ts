/** What a page may load besides what comes from its own origin. Each is a source as CSP writes it. */
interface ExtraSources {
  images?: readonly string[];
  connections?: readonly string[];
}

/**
 * The content security policy of a page of ours: nothing from elsewhere but what is named, no script or style within the
 * page, no frame around it.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
export function contentPolicy({ images = [], connections = [] }: ExtraSources): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self'", ...images].join(' '),
    ["connect-src 'self'", ...connections].join(' '),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
