/*
 * What a Yealink of V86 knows: its settings by name, what each may hold, and where that is written. Imports nothing of earshot.
 */

type Row = readonly [key: RegExp, value: RegExp, source: string];

const flag = /^[01]$/;
const number = /^\d{1,5}$/;
const text = /^[^\p{Cc}]{1,256}$/u;
const host = /^[\w.:-]{1,256}$/;
const url = /^https?:\/\/[^\s]{1,503}$/;

const rows: readonly Row[] = [
  [/^account\.(?:[1-9]|1[0-6])\.enable$/, flag, "yealink.md 7.3; accounts by model 5.2"],
  [/^account\.(?:[1-9]|1[0-6])\.(?:label|display_name|user_name|auth_name|password)$/, text, "yealink.md 7.3"],
  [/^account\.(?:[1-9]|1[0-6])\.sip_server\.[12]\.address$/, host, "yealink.md 7.3"],
  [/^account\.(?:[1-9]|1[0-6])\.sip_server\.[12]\.port$/, number, "yealink.md 7.3"],
  [/^account\.(?:[1-9]|1[0-6])\.sip_server\.[12]\.transport_type$/, /^[0-3]$/, "yealink.md 7.3"],
  [/^action_url\.(?:mute|unmute|registered|setup_completed)$/, url, "yealink.md 4.5: 511 characters"],
  [/^features\.intercom\.(?:allow|mute|tone)$/, flag, "T5 Administrator Guide p. 476, Incoming Intercom"],
  [/^features\.intercom\.headset_prior\.enable$/, flag, "FusionPBX T46U template, its name alone"],
  [/^features\.(?:headset_prior|keep_mute\.enable)$/, flag, "T5 Administrator Guide p. 396; MikoPBX"],
  [/^lang\.gui$/, /^(?:English|German|French|Spanish)$/, "T5 Administrator Guide, Language"],
  [/^linekey\.(?:[1-9]|1\d|2[0-7])\.type$/, /^\d{1,2}$/, "yealink.md 5.1, 5.2: a T46U has 27"],
  [/^linekey\.(?:[1-9]|1\d|2[0-7])\.line$/, /^(?:\d|1[0-6])$/, "yealink.md 5.1"],
  [/^linekey\.(?:[1-9]|1\d|2[0-7])\.value$/, /^[^\s]{1,99}$/, "yealink.md 5.1: longer than 99 is refused"],
  [/^linekey\.(?:[1-9]|1\d|2[0-7])\.label$/, text, "yealink.md 5.1"],
  [/^local_time\.(?:ntp_server1|time_zone_name|time_zone)$/, text, "T5 Administrator Guide, Time and Date"],
  [/^local_time\.(?:manual_ntp_srv_prior|summer_time)$/, /^[012]$/, "T5 Administrator Guide, Time and Date"],
  [/^push_xml\.(?:sip_notify|block_in_calling)$/, flag, "yealink.md 4.2, 4.3"],
  [/^push_xml\.(?:server|username|password)$/, text, "yealink.md 4.1"],
  [/^sip\.notify_reboot_enable$/, /^[012]$/, "yealink.md 7.6"],
  [/^sip\.trust_ctrl$/, flag, "yealink.md 4.2"],
  [/^static\.auto_provision\.(?:pnp_enable|power_on|dhcp_option\.enable)$/, flag, "yealink.md 7.3"],
  [/^static\.auto_provision\.server\.url$/, url, "yealink.md 7.3: 511 characters"],
  [/^static\.auto_provision\.server\.(?:username|password)$/, /^[^\p{Cc}]{1,32}$/u, "yealink.md 7.3"],
  [/^static\.security\.(?:trust_certificates|cn_validation)$/, flag, "yealink.md 6 (TLS)"],
  [/^static\.security\.ca_cert$/, /^[012]$/, "yealink.md 6 (TLS): 0 default, 1 custom, 2 both"],
  [
    /^static\.trusted_certificates\.url$/,
    /^https?:\/\/\S+\.(?:pem|cer|crt|der)$/,
    "yealink.md 6: pem, cer, crt or der",
  ],
  [/^static\.wui\.https?_enable$/, flag, "yealink.md 7.3"],
  [/^voice\.vad$/, flag, "T5 Administrator Guide, Voice Activity Detection"],
];

/** Why this phone does not take a setting; undefined where it does. */
export function yealinkFlaw(key: string, value: string): string | undefined {
  const row = rows.find(([name]) => name.test(key));
  if (!row) return `does not know ${key}`;
  return row[1].test(value) ? undefined : `takes no ${key} = ${value} (${row[2]})`;
}

/** What the factory has set (yealink.md 6, 7.3, 7.5; Administrator Guides, defaults). */
export const yealinkFactory: readonly (readonly [key: string, value: string])[] = [
  ["static.auto_provision.pnp_enable", "1"],
  ["static.auto_provision.power_on", "1"],
  ["static.security.trust_certificates", "1"],
  ["static.security.cn_validation", "0"],
  ["static.security.ca_cert", "2"],
  ["features.intercom.allow", "1"],
];
