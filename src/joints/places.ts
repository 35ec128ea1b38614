import { lifeTold } from "../audience/index.js";
import { PhonePlaces } from "../control/index.js";
import type { EpochMs, LastDelivery, Mac, PhoneLife } from "../model/index.js";
import type { Joints, Running } from "./running.js";

type Known = Pick<Joints, "phones" | "writer" | "store">;

/** Whoever knows where each phone is registered; it asks the PBX, so it starts after it. */
export function makePlaces(running: Running, { phones, writer, pbx, store }: Joints): PhonePlaces {
  const { clock, log } = running.options;
  const { phoneStates: states } = store;
  const extensionOf = (id: Parameters<typeof writer.state.people.get>[0]) => writer.state.people.get(id)?.extension;
  const places = running.own(new PhonePlaces({ phones, extensionOf, pbx, states, clock, log }));
  running.places = places;
  return places;
}

/** What the server of pages asks, where the site gives them to where the phone is registered alone. */
export function givenOnlyWhereRegistered(places: PhonePlaces) {
  return {
    isThere: (mac: Mac, from: string) => places.placeOf(mac, from) === "there",
    refresh: () => void places.refresh(),
    refused: places.refused.bind(places),
  };
}

/** Of who may supervise it is not even kept: it tells when they do. */
export function keepPage(known: Known, mac: Mac, at: EpochMs): void {
  if (isAgents(known, mac)) known.store.phoneStates.keep(mac, { page: { at } });
}

/** Of who may supervise it is not even kept, as for pages. */
export function keepPush(known: Known, mac: Mac, push: LastDelivery): void {
  if (isAgents(known, mac)) known.store.phoneStates.keep(mac, { push });
}

/** How a phone fares, as far as it may be told. */
export function phoneLife(running: Running, mac: Mac): PhoneLife {
  const { store, places, phones, options } = running;
  const owner = phones?.get(mac)?.owner;
  const role = owner === undefined ? undefined : running.personNamed(owner)?.role;
  const strayed = places?.strayedOf(mac);
  const told = lifeTold(store?.phoneStates.of(mac) ?? {}, role, options.clock.now());
  return { ...told, ...(strayed && { strayed }) };
}

function isAgents({ phones, writer }: Known, mac: Mac): boolean {
  const owner = phones.get(mac)?.owner;
  return owner !== undefined && writer.state.people.get(owner)?.role === "agent";
}
