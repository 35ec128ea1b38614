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

/** The supervisions whose leg is up. */
export async function legsUp(lab: AsteriskLab): Promise<readonly string[]> {
  const channels = (await lab.ari("GET", "/channels")) as { id: string; state: string }[];
  return channels.flatMap(({ id, state }) => {
    const supervision = /^es-[0-9a-f]+-([a-z0-9]+)-leg$/.exec(id)?.[1];
    return supervision !== undefined && state === "Up" ? [supervision] : [];
  });
}
