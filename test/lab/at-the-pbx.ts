import type { AsteriskLab } from "./asterisk.ts";
import type { Standing } from "./standing.ts";

/** Who hears the supervisor by what the PBX has, and whether they hear; asked by another connection than earshot's. */
export async function heardAtPbx(
  lab: AsteriskLab,
): Promise<{ readonly heardBy: Standing["heardBy"]; readonly hears: boolean }> {
  const bridges = (await lab.ari("GET", "/bridges")) as { id: string; channels: string[] }[];
  const inside = (kind: string) =>
    bridges.filter(({ id, channels }) => id.includes(kind) && channels.length > 1).flatMap(({ channels }) => channels);
  const speaking = inside("-mouthbridge");
  const hears = inside("-earbridge").some((id) => id.includes("-ear-"));
  if (speaking.some((id) => id.includes("-everyone-"))) return { heardBy: "everybody", hears };
  return { heardBy: speaking.some((id) => id.includes("-agent-")) ? "agent" : "nobody", hears };
}

/**
 * What of ours could still carry sound, by id: a phone's leg, its voice, and whatever is in a bridge with anything else.
 * A snoop of the agent's leg that is alone hears for nobody and has nothing to say; it goes with the call.
 */
export async function soundingAtPbx(lab: AsteriskLab): Promise<readonly string[]> {
  const channels = (await lab.ari("GET", "/channels")) as { id: string }[];
  const bridges = (await lab.ari("GET", "/bridges")) as { id: string; channels: string[] }[];
  const legs = channels.map(({ id }) => id).filter((id) => /^es-[0-9a-f]+-[a-z0-9]+-(?:leg|voice)/.test(id));
  const met = bridges.filter(({ id, channels: inside }) => id.startsWith("es-") && inside.length > 1);
  const mixed = bridges.filter(({ id, channels: inside }) => {
    return !id.startsWith("es-") && inside.some((one) => one.startsWith("es-"));
  });
  return [...legs, ...[...met, ...mixed].map(({ id }) => id)];
}

/** The supervisions whose leg is up. */
export async function legsUp(lab: AsteriskLab): Promise<readonly string[]> {
  const channels = (await lab.ari("GET", "/channels")) as { id: string; state: string }[];
  return channels.flatMap(({ id, state }) => {
    const supervision = /^es-[0-9a-f]+-([a-z0-9]+)-leg$/.exec(id)?.[1];
    return supervision !== undefined && state === "Up" ? [supervision] : [];
  });
}
