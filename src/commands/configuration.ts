import type { Answer, ConfigSource } from "../cli/index.js";
import { type ConfigResult, demoConfig, describeProblems, readConfig } from "../config/index.js";
import { loadSheets } from "../http/index.js";
import type { Config } from "../model/index.js";

/** Reads the configuration that a command is about, with its warnings or problems. */
export async function read(source: ConfigSource): Promise<ConfigResult> {
  if (source.kind === "demo") return { ok: true, config: demoConfig(source.dataDir), warnings: [] };
  return readConfig(source.path, process.env, (await loadSheets()).known());
}

/** The configuration, or what is wrong with it in words. */
export async function configured(source: ConfigSource): Promise<Answer<Config>> {
  const result = await read(source);
  return result.ok ? { ok: true, value: result.config } : { ok: false, sentence: describeProblems(result.problems) };
}
