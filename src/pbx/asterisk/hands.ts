import { blfKeys, type PersonId } from "../../model/index.js";
import { type AriChannel, type AriEvent, fieldsOf, parseChannel, textOf } from "./ari-messages.js";
import { endpointOf, type Owners } from "./endpoints.js";
import { lampOf, names } from "./setup/needs.js";

/** Whose own phone has dialled one of their own lamps; undefined for every other channel. */
function presser({ name, exten }: AriChannel, owners: Owners): PersonId | undefined {
  const owner = owners.endpoint(endpointOf(name) ?? "");
  if (owner?.certain !== true) return undefined;
  const { id, extension } = owner.person;
  return blfKeys.some((key) => exten === lampOf(extension, key)) ? id : undefined;
}

/** Who has pressed the key of their own lamp, by an ARI message; a lamp of somebody else's raises no hand. */
export function handIn(message: unknown, owners: Owners): PersonId | undefined {
  const fields = fieldsOf(message);
  if (textOf(fields, "type") !== "ChannelUserevent" || textOf(fields, "eventname") !== names.hand) return undefined;
  const channel = parseChannel(fields?.["channel"]);
  // A leg that is up was transferred there by whoever they spoke to.
  return channel && isPress(channel, owners) ? presser(channel, owners) : undefined;
}

/**
 * Whether a channel is nothing but such a press: the dialplan hangs it up unanswered, so it is no call, and no second leg
 * that a phone could join with another. One that is answered all the same is a channel like any other.
 */
export function isPress(channel: AriChannel, owners: Owners): boolean {
  return channel.state !== "Up" && presser(channel, owners) !== undefined;
}

/** Whether an event says nothing but that a key is being pressed; `known` tells of a channel that is part of a call already. */
export function isOfPress(event: AriEvent, owners: Owners, known: (channel: string) => boolean): boolean {
  return "channel" in event && isPress(event.channel, owners) && !known(event.channel.id);
}
