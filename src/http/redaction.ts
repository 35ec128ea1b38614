/**
 * The text without any phone's token or key and without what was typed on one: what stands after `/p/`, `typed=`,
 * `/found/<page>/`, or between `/c/` and a further slash in a URL, and the given token wherever it is. For log lines about errors, whose messages others wrote.
 */
export function withoutTokens(text: string, token?: string): string {
  const known = token ? text.replaceAll(token, "[token]") : text;
  return known
    .replace(/(\/p\/)[^/\s"'<>?&]+/g, "$1[token]")
    .replace(/(\/c\/)[^/\s"'<>?&]+(?=\/)/g, "$1[key]")
    .replace(/(typed=|\/found\/\d+\/)[^&\s"'<>]*/g, "$1[typed]");
}

/** The name, message and stack of whatever was thrown, without tokens. */
export function describeError(error: unknown, token?: string): string {
  const text = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return withoutTokens(text, token);
}
