import type { Answer, ConfigSource } from "../cli/index.js";
import { type ConfigResult, demoConfig, describeProblems, readConfig, type ServerTlsUse } from "../config/index.js";
import { loadSheets } from "../http/index.js";
import type { Config } from "../model/index.js";

/**
 * Reads the configuration that a command is about, with its warnings or problems. Whoever does not speak https by itself
 * leaves the certificate unread: a broken renewal must not keep commands away.
 */
export async function read(source: ConfigSource, tls: ServerTlsUse = "unread"): Promise<ConfigResult> {
  if (source.kind === "demo") return { ok: true, config: demoConfig(source.dataDir), warnings: [] };
  return readConfig(source.path, process.env, (await loadSheets()).known(), tls);
}

/** The configuration, or what is wrong with it in words. */
export async function configured(source: ConfigSource): Promise<Answer<Config>> {
  const result = await read(source);
  return result.ok ? { ok: true, value: result.config } : { ok: false, sentence: describeProblems(result.problems) };
}
