import { type AriChannel, TEXT_LIMIT } from "./ari-messages.js";
import { endpointOf } from "./endpoints.js";

/** The applications that a channel runs because somebody dialled it. */
const DIALLED = /^App(?:Dial|Queue)/;

/** Whether a channel was made by another one's dialling. */
export function wasDialled({ app }: AriChannel): boolean {
  return DIALLED.test(app);
}

/**
 * Who of `dialling` rings a channel, where no event has told it: the one whose application names it, else the one whose
 * number it was given. The linkedid alone does not tell: two that were once in one conversation share it for good.
 * @returns undefined where it could be more than one.
 */
export function dialledBy(rung: AriChannel, dialling: readonly AriChannel[]): AriChannel | undefined {
  const named = dialling.filter((channel) => names(channel, rung) === "yes");
  const possible = named.length > 0 ? named : dialling.filter((channel) => names(channel, rung) === "perhaps");
  if (possible.length < 2) return possible[0];
  const told = possible.filter(({ caller }) => caller.number !== "" && caller.number === rung.connected.number);
  return told.length === 1 ? told[0] : undefined;
}

/** Only Dial says whom it rings: `PJSIP/2001&PJSIP/9123@trunk&Local/2001@context/n,30,…`. */
function names({ app, appData }: AriChannel, rung: AriChannel): "yes" | "no" | "perhaps" {
  if (app !== "Dial") return "perhaps";
  const devices = (appData.split(",")[0] ?? "").split("&");
  if (devices.some((device) => dials(device, rung.name))) return "yes";
  return appData !== "" && appData.length < TEXT_LIMIT ? "no" : "perhaps";
}

function dials(device: string, name: string): boolean {
  const [technology = "", resource = ""] = device.split("/");
  if (/^Local$/i.test(technology)) return name.startsWith(`Local/${resource}-`);
  const endpoint = resource.includes("@") ? resource.slice(resource.lastIndexOf("@") + 1) : resource;
  return endpointOf(name) === `${technology}/${endpoint}`;
}
