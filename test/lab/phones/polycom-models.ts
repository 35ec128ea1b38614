import type { Form } from "./polycom-switches.ts";

interface Model {
  readonly form: Form;
  /** The maker's name for the family in a User-Agent (7). */
  readonly family: string;
  readonly firmware: string;
  /** How many softkeys are to be seen at once, the others behind More (2.1). */
  readonly softKeysAtOnce: number;
  /** Whether there is a browser for pages; where none is proven, the phone has pushed notices and no more (1.1). */
  readonly browser: boolean;
  /** How much of a pushed notice can be seen: heading and text (3). */
  readonly notice: { readonly heading: number; readonly text: number } | undefined;
}

const soundPoint: Model = {
  ...{ form: "microbrowser", browser: true, family: "PolycomSoundPointIP", firmware: "4.0.15.1047" },
  ...{ softKeysAtOnce: 4, notice: undefined },
};
const small: Model = { ...soundPoint, softKeysAtOnce: 3 };
const soundStation: Model = { ...soundPoint, family: "PolycomSoundStationIP", firmware: "4.0.3.7562" };
const vvx: Model = {
  ...{ form: "vvx", browser: true, family: "PolycomVVX", firmware: "5.9.7.47435" },
  ...{ softKeysAtOnce: 4, notice: { heading: 200, text: 200 } },
};
const vvx300: Model = { ...vvx, notice: { heading: 18, text: 69 } };
/** What a notice may be there is not known, so no more than on a VVX 400. */
const android: Model = { ...vvx, browser: false };

const table = {
  ...{ SPIP_321: small, SPIP_331: small, SPIP_335: small },
  ...{ SPIP_450: soundPoint, SPIP_550: soundPoint, SPIP_560: soundPoint, SPIP_650: soundPoint, SPIP_670: soundPoint },
  ...{ SSIP_5000: soundStation, SSIP_6000: soundStation, SSIP_7000: soundStation },
  ...{ VVX_300: vvx300, VVX_301: vvx300, VVX_310: vvx300, VVX_311: vvx300 },
  ...{ VVX_400: vvx, VVX_401: vvx, VVX_410: vvx, VVX_411: vvx, VVX_500: vvx, VVX_501: vvx },
  ...{ VVX_600: vvx, VVX_601: vvx, VVX_1500: vvx },
  ...{ VVX_101: vvx300, VVX_150: vvx300, VVX_201: vvx300, VVX_250: vvx, VVX_350: vvx, VVX_450: vvx },
  ...{ Trio_8500: { ...android, family: "PolycomTrio" }, Trio_8800: { ...android, family: "PolycomTrio" } },
  ...{ CCX_400: { ...android, family: "PolyCCX" }, CCX_600: { ...android, family: "PolyCCX" } },
  ...{ Edge_E350: { ...android, family: "PolyEdge" }, Edge_E450: { ...android, family: "PolyEdge" } },
} satisfies Readonly<Record<string, Model>>;

export type ModelName = keyof typeof table;

/** The models that a stand-in can be, by the name they have in a User-Agent (1.1, 7). */
export const models: Readonly<Record<ModelName, Model>> = table;

/** The User-Agent of a model's page requests (7): no serial; what stands around the VVX's name is not known. */
export function userAgentOf(name: ModelName, namesModel: boolean): string {
  const { form, family, firmware } = models[name];
  const agent = `${family}-${name}-UA/${firmware}`;
  if (form === "microbrowser") return `Microbrowser/1.1 ${agent} Type/Application`;
  const webkit = "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/534.34 (KHTML, like Gecko)";
  return namesModel ? `${webkit} ${agent}` : webkit;
}
