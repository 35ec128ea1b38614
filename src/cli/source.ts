/** Where a configuration comes from: a file, or the demo that needs none. */
export type ConfigSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "demo"; readonly dataDir: string };

const usualFile = "earshot.yaml";
const demoFolder = ".earshot";

/** The file that was asked for; else `earshot.yaml` where there is one; else the demo. */
export function chooseSource(asked: string | undefined, exists: (path: string) => boolean): ConfigSource {
  if (asked !== undefined) return { kind: "file", path: asked };
  return exists(usualFile) ? { kind: "file", path: usualFile } : { kind: "demo", dataDir: demoFolder };
}

/** The command that starts earshot from a source. */
export function startCommand(source: ConfigSource): string {
  return source.kind === "file" && source.path !== usualFile
    ? `earshot start --config ${source.path}`
    : "earshot start";
}
