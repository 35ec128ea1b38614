import type { Format } from "./format.js";
import { polycomMaster, polycomXml } from "./polycom-xml.js";
import { snomXml } from "./snom-xml.js";
import { yealinkCfg } from "./yealink-cfg.js";

export type { Entry, Format, Text } from "./format.js";

/** Every form of configuration file, by the name that a make's data chooses it by. */
export const formats: Readonly<Record<string, Format>> = {
  "yealink-cfg": yealinkCfg,
  "polycom-xml": polycomXml,
  "polycom-master": polycomMaster,
  "snom-xml": snomXml,
};

/** The format of that name, if there is one. */
export function formatNamed(name: string): Format | undefined {
  return Object.hasOwn(formats, name) ? formats[name] : undefined;
}
