import type { Form } from "./polycom-switches.ts";

interface Model {
  readonly form: Form;
  /** The maker's name for the family in a User-Agent (7). */
  readonly family: string;
  readonly firmware: string;
  /** How many softkeys are to be seen at once, the others behind More (2.1). */
  readonly softKeysAtOnce: number;
  /** How much of a pushed notice can be seen: heading and text (3). */
  readonly notice: { readonly heading: number; readonly text: number } | undefined;
}

const soundPoint = {
  form: "microbrowser",
  family: "PolycomSoundPointIP",
  firmware: "4.0.15.1047",
  notice: undefined,
} as const;
const soundStation = {
  ...soundPoint,
  family: "PolycomSoundStationIP",
  firmware: "4.0.3.7562",
  softKeysAtOnce: 4,
} as const;
const vvx = { form: "vvx", family: "PolycomVVX", firmware: "5.9.7.47435", softKeysAtOnce: 4 } as const;
const small = { heading: 18, text: 69 };
const large = { heading: 200, text: 200 };

/** The models that a stand-in can be, by the name they have in a User-Agent (1.1, 7). */
export const models = {
  SPIP_321: { ...soundPoint, softKeysAtOnce: 3 },
  SPIP_331: { ...soundPoint, softKeysAtOnce: 3 },
  SPIP_335: { ...soundPoint, softKeysAtOnce: 3 },
  SPIP_450: { ...soundPoint, softKeysAtOnce: 4 },
  SPIP_550: { ...soundPoint, softKeysAtOnce: 4 },
  SPIP_560: { ...soundPoint, softKeysAtOnce: 4 },
  SPIP_650: { ...soundPoint, softKeysAtOnce: 4 },
  SPIP_670: { ...soundPoint, softKeysAtOnce: 4 },
  SSIP_5000: soundStation,
  SSIP_6000: soundStation,
  SSIP_7000: soundStation,
  VVX_300: { ...vvx, notice: small },
  VVX_310: { ...vvx, notice: small },
  VVX_400: { ...vvx, notice: large },
  VVX_410: { ...vvx, notice: large },
  VVX_500: { ...vvx, notice: large },
  VVX_600: { ...vvx, notice: large },
  VVX_1500: { ...vvx, notice: large },
} as const satisfies Readonly<Record<string, Model>>;

export type ModelName = keyof typeof models;

/** The User-Agent of a model's page requests (7): no serial; what stands around the VVX's name is not known. */
export function userAgentOf(name: ModelName, namesModel: boolean): string {
  const { form, family, firmware } = models[name];
  const agent = `${family}-${name}-UA/${firmware}`;
  if (form === "microbrowser") return `Microbrowser/1.1 ${agent} Type/Application`;
  const webkit = "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/534.34 (KHTML, like Gecko)";
  return namesModel ? `${webkit} ${agent}` : webkit;
}
