import type { TlsTrouble } from "../model/index.js";

/** Why a device and earshot found no TLS together, and what to do about it; behind the device's name. */
export const tlsWords: Readonly<Record<TlsTrouble, string>> = {
  "unknown-ca":
    "does not know the CA of earshot's certificate: tell it by provisioning.firstContact, or have a certificate by a CA that it knows",
  expired: "says that earshot's certificate has run out: renew it, or put the device's clock right",
  certificate:
    "takes earshot's certificate for a bad one: is it for the host of http.publicUrl, has certFile all between it and its CA, is it of a kind that an old device knows (RSA)?",
  version: "has no TLS that earshot speaks (1.2 and 1.3): give it newer firmware",
  plain: "speaks plain http where earshot speaks https: its address must begin with https",
};
