import type { Inspection, Probe, Status } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { pad } from "./table.js";

/** One line of `earshot check`. */
export interface CheckLine {
  readonly status: Status;
  /** What was looked at: a place in the file, or a probe such as `pbx.ari`. */
  readonly name: string;
  readonly sentence: string;
  /** The key of the configuration, where the line is about one. */
  readonly key?: string;
}

const words = { ok: "ok", note: "note", fail: "FAIL", unseen: "?" } as const;

/**
 * Tells what is wrong or worth knowing in the configuration, then, when nothing is wrong, tries everything at once;
 * lines come in order, each as soon as it is known. A probe that throws has failed.
 */
export async function* checkLines(source: ConfigSource, inspection: Inspection): AsyncGenerator<CheckLine> {
  const { problems, warnings, probes } = inspection;
  for (const { file, line, column, key, sentence } of problems) {
    yield { status: "fail", name: `${file}:${line}:${column}`, sentence, key };
  }
  if (problems.length > 0) return;
  const right = source.kind === "file" ? `${source.path} is right` : "there is no earshot.yaml here: this is the demo";
  yield { status: "ok", name: "config", sentence: right };
  for (const { file, line, column, key, sentence } of warnings) {
    yield { status: "note", name: `${file}:${line}:${column}`, sentence, key };
  }
  const running = probes.map((probe) => runProbe(probe));
  for (const line of running) yield await line;
}

/** How wide the names of all lines are, so that columns fit before the first probe has answered. */
export function nameWidth({ problems, warnings, probes }: Inspection): number {
  const places = [...problems, ...warnings].map(({ file, line, column }) => `${file}:${line}:${column}`);
  return Math.max(...["config", ...places, ...probes.map(({ name }) => name)].map((name) => name.length));
}

/** A line for a person: `ok    pbx.ari  Asterisk 22.10.1 at ...`. */
export function checkText(line: CheckLine, width: number): string {
  return `${pad(words[line.status], 4)}  ${pad(line.name, width)}  ${line.sentence}`;
}

async function runProbe(probe: Probe): Promise<CheckLine> {
  try {
    return { name: probe.name, ...(await probe.run()) };
  } catch (error) {
    const sentence = error instanceof Error ? error.message : "did not answer";
    return { status: "fail", name: probe.name, sentence };
  }
}
