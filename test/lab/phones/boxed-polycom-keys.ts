/*
 * What a VVX of UC Software 5.9 knows: its parameters by name, what each may hold, and where that is written. Names that the
 * factory has set stand below. Imports nothing of earshot.
 */

type Row = readonly [key: RegExp, value: RegExp, source: string];

const flag = /^[01]$/;
const text = /^[^\p{Cc}]{1,255}$/u;
const url = /^https?:\/\/[^\s]{1,247}$/;
const summer = "FusionPBX vvx411 template; Administrator Guide, Time";

const rows: readonly Row[] = [
  [/^apps\.push\.(?:alertSound|secureTunnelRequired)$/, flag, "polycom.md 3"],
  [/^apps\.push\.messageType$/, /^[0-5]$/, "polycom.md 3"],
  [/^apps\.push\.(?:username|password)$/, text, "polycom.md 3"],
  [/^apps\.push\.serverRootURL$/, url, "polycom.md 3"],
  [/^attendant\.behaviors\.display\.\w+\.normal$/, flag, "Administrator Guide SIP 3.1 p. A-122"],
  [/^attendant\.resourceList\.\d{1,2}\.(?:address|type)$/, text, "polycom.md 5"],
  [/^call\.autoAnswer\.micMute$/, flag, "PhreakNet provisioning, a VVX 300"],
  [/^device\.set$/, flag, "polycom.md 8.2"],
  [
    /^device\.dhcp\.bootSrvUseOpt(?:\.set)?$/,
    /^(?:Static|[0-3])$/,
    "polycom.md 8.4: by number; by name in providers' files",
  ],
  [
    /^device\.prov\.serverType(?:\.set)?$/,
    /^(?:HTTPS?|[0-3])$/,
    "polycom.md 8.4: by number; by name in providers' files",
  ],
  [/^device\.prov\.(?:serverName|user|password)(?:\.set)?$/, text, "polycom.md 8.4"],
  [
    /^device\.sec\.TLS\.customCaCert[12](?:\.set)?$/,
    /^(?:1|-----BEGIN CERTIFICATE-----[\s\S]{1,8192})$/,
    "polycom.md 7 (TLS): PEM",
  ],
  [/^device\.sec\.TLS\.profile\.caCertList[12](?:\.set)?$/, text, "polycom.md 7 (TLS)"],
  [/^device\.sec\.TLS\.profileSelection\.provisioning(?:\.set)?$/, text, "polycom.md 7 (TLS)"],
  [/^device\.sec\.TLS\.prov\.strictCertCommonNameValidation(?:\.set)?$/, flag, "polycom.md 7 (TLS)"],
  [/^sec\.TLS\.profileSelection\.browser$/, /^PlatformProfile[12]$/, "polycom.md 7 (TLS)"],
  [/^sec\.TLS\.browser\.strictCertCommonNameValidation$/, flag, "polycom.md 7 (TLS)"],
  [/^efk\.version$/, /^[12]$/, "polycom.md 6"],
  [/^efk\.efklist\.\d{1,2}\.mname$/, /^[A-Za-z]\w*$/, "polycom.md 6: begins with a letter"],
  [/^efk\.efklist\.\d{1,2}\.status$/, flag, "polycom.md 6"],
  [/^efk\.efklist\.\d{1,2}\.label$/, text, "polycom.md 6"],
  [/^efk\.efklist\.\d{1,2}\.action\.string$/, /^[^\s$!^|\\,]{1,100}$/, "polycom.md 6"],
  [/^feature\.enhancedFeatureKeys\.enabled$/, flag, "polycom.md 6"],
  [/^httpd\.enabled$/, flag, "polycom.md 4"],
  [/^lcl\.ml\.lang$/, /^[A-Z][a-z]+_[A-Z]\w+$/, "wazo-provd-plugins polycom"],
  [/^mb\.main\.autoBackKey$/, flag, "DG5 p. 24"],
  [/^mb\.main\.home$/, url, "polycom.md 1.4"],
  [/^reg\.\d{1,2}\.(?:address|label|displayName)$/, text, "polycom.md 8.3"],
  [/^reg\.\d{1,2}\.auth\.(?:userId|password)$/, text, "polycom.md 8.3"],
  [/^reg\.\d{1,2}\.callsPerLineKey$/, /^(?:[1-9]|1\d|2[0-4])$/, "polycom.md 8.3"],
  [/^reg\.\d{1,2}\.server\.[12]\.address$/, text, "polycom.md 8.3"],
  [/^reg\.\d{1,2}\.server\.[12]\.port$/, /^\d{1,5}$/, "polycom.md 8.3"],
  [/^reg\.\d{1,2}\.server\.[12]\.transport$/, /^(?:UDPOnly|TCPOnly|TCPpreferred|TLS|DNSnaptr)$/, "polycom.md 8.3"],
  [/^softkey\.(?:[1-9]|10)\.(?:action|label)$/, text, "polycom.md 6"],
  [/^softkey\.(?:[1-9]|10)\.(?:enable|use\.idle)$/, flag, "polycom.md 6"],
  [/^tcpIpApp\.sntp\.address$/, text, summer],
  [/^tcpIpApp\.sntp\.(?:address|gmtOffset)\.overrideDHCP$/, flag, summer],
  [/^tcpIpApp\.sntp\.gmtOffset$/, /^-?\d{1,5}$/, summer],
  [/^tcpIpApp\.sntp\.daylightSavings\.(?:enable|fixedDayEnable)$/, flag, summer],
  [/^tcpIpApp\.sntp\.daylightSavings\.(?:start|stop)\.(?:month|date|time|dayOfWeek)$/, /^\d{1,2}$/, summer],
  [/^tcpIpApp\.sntp\.daylightSavings\.(?:start|stop)\.dayOfWeek\.lastInMonth$/, flag, summer],
  [/^up\.headsetMode$/, flag, "FusionPBX vvx411 template"],
  [/^voIpProt\.SIP\.alertInfo\.\d{1,2}\.(?:value|class)$/, text, "Administrator Guide SoundPoint p. 74"],
  [/^voIpProt\.SIP\.requestValidation\.\d\.(?:method|request)$/, text, "polycom.md 8.3"],
  [/^voIpProt\.SIP\.specialEvent\.checkSync\.alwaysReboot$/, flag, "polycom.md 8.4"],
  [/^voice\.vadEnable$/, flag, "Administrator Guide UC Software 4.1, Voice Activity Detection"],
];

/** Why this phone does not take a parameter; undefined where it does. */
export function polycomFlaw(key: string, value: string): string | undefined {
  const row = rows.find(([name]) => name.test(key));
  if (!row) return `does not know ${key}`;
  return row[1].test(value) ? undefined : `takes no ${key} = ${value} (${row[2]})`;
}

/** What the factory has set (polycom.md 7: the user and password of every Polycom). */
export const polycomFactory: readonly (readonly [key: string, value: string])[] = [
  ["device.prov.user", "PlcmSpIp"],
  ["device.prov.password", "PlcmSpIp"],
  ["sec.TLS.profileSelection.browser", "PlatformProfile1"],
];
