import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { BranchAccount, BrokerAccount } from "../model/index.js";
import type { Account } from "./access.js";
import type { HomeAssistantSite } from "./home-assistant-device.js";

/** Username and password that exist as long as this process. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** How Home Assistant signs in, where it is told of devices. */
export interface HomeAssistantAccount {
  readonly site: HomeAssistantSite;
  readonly username?: string;
  readonly password?: string;
}

/** New credentials for the gateway's own connection to its own broker. */
export function gatewayCredentials(): Credentials {
  return { username: `gateway-${randomBytes(6).toString("hex")}`, password: randomBytes(24).toString("base64url") };
}

/**
 * A function that gives the account of a username and password, or undefined. It takes as long for an unknown name as
 * for a wrong password, whatever the length of either.
 */
export function signIn(
  accounts: readonly BrokerAccount[],
  gateway: Credentials,
  branches: readonly BranchAccount[] = [],
  homeAssistant?: HomeAssistantAccount,
): (username: string, password: Buffer) => Account | undefined {
  const key = randomBytes(32);
  const digest = (password: string | Buffer): Buffer => createHmac("sha256", key).update(password).digest();
  const known = new Map<string, { readonly digest: Buffer; readonly account: Account }>();
  for (const { username, password, agent } of accounts)
    known.set(username, { digest: digest(password), account: { kind: "agent", agent } });
  for (const { username, password, branch } of branches)
    known.set(username, { digest: digest(password), account: { kind: "branch", branch } });
  if (homeAssistant) {
    const { username, password, site } = homeAssistant;
    if (username && password)
      known.set(username, { digest: digest(password), account: { kind: "home-assistant", site } });
  }
  const own = { kind: "gateway", ...(homeAssistant && { homeAssistant: homeAssistant.site }) } as const;
  known.set(gateway.username, { digest: digest(gateway.password), account: own });
  const nobody = randomBytes(32);
  return (username, password) => {
    const entry = known.get(username);
    const same = timingSafeEqual(entry?.digest ?? nobody, digest(password));
    return same ? entry?.account : undefined;
  };
}
