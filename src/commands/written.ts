import type { Answer, ProgramDeps } from "../cli/index.js";
import {
  type AccessFile,
  asyncApi,
  contractVersion,
  emqxAccess,
  mosquittoAccess,
  topicSchemas,
} from "../mqtt/index.js";
import { setUpPbx, setupText } from "../pbx/index.js";
import { loadSecrets } from "../store/index.js";
import { configured } from "./configuration.js";
import { withEntries } from "./entries.js";

/** The PBX's side of this configuration, as files. */
export const pbxSetup: ProgramDeps["pbxSetup"] = async (source, query) => {
  const read = await configured(source);
  if (!read.ok) return read;
  const whole = await withEntries(source, read.value);
  if (!whole.ok) return whole;
  const { value: config } = whole;
  const passwords = async () => (await loadSecrets(config.data)).accountPassword;
  const setup = await setUpPbx(config, { ...query, passwords });
  if (!setup.ok) return setup;
  return { ok: true, value: { files: setup.files, text: setupText(setup.files, query.freepbx) } };
};

/** What stands beside earshot, written from the same configuration; access files for the people of the database too. */
export const operate: ProgramDeps["operate"] = async (source, what) => {
  const read = await configured(source);
  if (!read.ok) return read;
  const config = read.value;
  switch (what) {
    case "mosquitto":
    case "emqx": {
      const whole = await withEntries(source, config);
      if (!whole.ok) return whole;
      return textOf(what === "emqx" ? emqxAccess(whole.value) : mosquittoAccess(whole.value));
    }
    case "schemas":
      return { ok: true, value: json({ version: contractVersion, topics: topicSchemas(config.mqtt.base) }) };
    case "asyncapi":
      return { ok: true, value: json(asyncApi(config)) };
    default:
      return what satisfies never;
  }
};

function textOf(file: AccessFile): Answer<string> {
  return file.ok ? { ok: true, value: file.text } : file;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
