import type { Person } from "../../model/index.js";
import { wasDialled } from "./callers.js";
import type { Owners } from "./endpoints.js";
import { halfOf, type Node } from "./topology.js";

/**
 * Whom those believed to reach who rang a device that is nobody's: a follow-me to a mobile phone, a queue's member away
 * from the desk. Found by walking from the device to whoever dialled it, through every Local channel between; it proves
 * nothing. @returns undefined for a device that was not dialled, or where nobody we know was asked for.
 */
export function believed(device: Node, nodes: readonly Node[], owners: Owners): Person | undefined {
  const walked = new Set<Node>();
  let at: Node | undefined = device;
  while (at !== undefined && !walked.has(at) && (at.caller !== undefined || wasDialled(at.channel))) {
    walked.add(at);
    const dialler = diallerOf(at, nodes);
    const queued = dialler?.channel.app === "Queue";
    const together = dialler?.bridge !== undefined && dialler.bridge === at.bridge;
    const member = queued ? (at.channel.member ?? (together ? dialler.channel.member : undefined)) : undefined;
    const person =
      reachedBy(at.channel.name, owners) ??
      (member === undefined ? undefined : reachedBy(member, owners)) ??
      (dialler === undefined ? undefined : owners.extension(dialler.channel.exten));
    if (person !== undefined) return person;
    at = dialler === undefined ? undefined : otherHalf(dialler, nodes);
  }
  return undefined;
}

/** The person whose device or extension is called by this name: `PJSIP/2001`, `Local/2001@from-queue/n`. */
function reachedBy(name: string, owners: Owners): Person | undefined {
  const digits = /^[A-Za-z0-9]+\/([^@/]+)/.exec(name)?.[1] ?? "";
  return owners.endpoint(name)?.person ?? owners.extension(digits);
}

/** Who dialled it; once that cannot be told, the only one it talks to. */
function diallerOf(node: Node, nodes: readonly Node[]): Node | undefined {
  const known = nodes.find(({ channel }) => channel.id === node.caller);
  if (known !== undefined || node.bridge === undefined) return known;
  const [peer, ...more] = nodes.filter((other) => other !== node && other.bridge === node.bridge);
  return more.length === 0 ? peer : undefined;
}

function otherHalf(node: Node, nodes: readonly Node[]): Node | undefined {
  const half = halfOf(node.channel.name);
  return half === undefined ? undefined : nodes.find((other) => other !== node && halfOf(other.channel.name) === half);
}
