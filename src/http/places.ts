import type { FastifyReply } from "fastify";
import { saferActs } from "../control/index.js";
import type { Log, Mac } from "../model/index.js";
import { type Route, routeName } from "./address.js";

/** Where phones are, for a site that gives a phone's pages to where it is registered alone. */
export interface Places {
  isThere(mac: Mac, from: string): boolean;
  /** Has it looked at again. */
  refresh(): void;
  /** A request was refused for its place. */
  refused(mac: Mac, from: string): void;
}

export interface Stray {
  readonly mac: Mac;
  readonly route: Route;
  /** The address that the request came from. */
  readonly from: string;
  readonly places: Places;
  readonly log: Log;
  /** Does what is pressed. Never rejects. */
  press(): Promise<unknown>;
  /** Answers as if nothing were wrong. */
  known(): Promise<FastifyReply>;
}

/**
 * A right token from where its phone is not registered. What lets somebody hear less is done wherever it comes from, and
 * the reply tells nothing of it. @returns what is asked at the end of the time that a wrong token waits: a phone that has
 * just registered is known by then.
 */
export function strayed(stray: Stray): () => Promise<FastifyReply> | undefined {
  const { mac, route, from, places, log } = stray;
  if (route.kind === "do" && saferActs.some((act) => act === route.act)) void stray.press();
  places.refresh();
  return () => {
    if (places.isThere(mac, from)) return stray.known();
    places.refused(mac, from);
    const about = { mac, from, route: routeName(route) };
    log.warn(about, "A phone's page was asked for from where that phone is not registered");
    return undefined;
  };
}
