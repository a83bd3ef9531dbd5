/** Valid in 2010 only. Its key protects nothing: it is here for everybody to read. */
export const EXPIRED = {
  key: [
    '-----BEGIN PRIVATE KEY-----',
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkEFcGk9Qcv4Kd9CF',
    'lrT64ROgRhcYRj6+PlBIKb+VasWhRANCAAQqpRjRPMqQRA/8nGDJGoC7/DYud690',
    'Y9DE6ghPV4Z8qjvPFMlAuFK/EeTOaI3G+apOmF3QJ6GZTufb/zsUeLur',
    '-----END PRIVATE KEY-----',
  ].join('\n'),
  cert: [
    '-----BEGIN CERTIFICATE-----',
    'MIIBLDCB0wIUbzcRJTZ6Vk57j5zvQYvw1qwLjvMwCgYIKoZIzj0EAwIwGTEXMBUG',
    'A1UEAwwOZXhwaXJlZCBkZXZpY2UwHhcNMTAwMTAxMDAwMDAwWhcNMTEwMTAxMDAw',
    'MDAwWjAZMRcwFQYDVQQDDA5leHBpcmVkIGRldmljZTBZMBMGByqGSM49AgEGCCqG',
    'SM49AwEHA0IABCqlGNE8ypBED/ycYMkagLv8Ni53r3Rj0MTqCE9XhnyqO88UyUC4',
    'Ur8R5M5ojcb5qk6YXdAnoZlO59v/OxR4u6swCgYIKoZIzj0EAwIDSAAwRQIgY7Rf',
    'aLgkDMk1BDJnsXYv3QH2bWbWRknceB9q56eUKxkCIQC59N9efGOaST4tCcsglkch',
    'RlOogbi+90fZsChWhtuGmw==',
    '-----END CERTIFICATE-----',
  ].join('\n'),
} as const;

/** RSA of 1024 bits signed with SHA-1, as old printers have it. */
export const WEAK = {
  key: [
    '-----BEGIN PRIVATE KEY-----',
    'MIICdAIBADANBgkqhkiG9w0BAQEFAASCAl4wggJaAgEAAoGBAKjMgP2Hybpfs0c3',
    'dbIDityPgyHu/QFZhdwAilznPzP4z2r/6PeOZixY1HKto5tRwRhYWqcRcf/unTNT',
    'mQt6/BR84fbboQXtog3iWre4eRlfGdvnxNkd4ebeD1e34b3tfWoEbzG71/3KVNAK',
    '7o1H88ySZRGK+4bvQFdFcTwKnuIbAgMBAAECf3gA67NS1hep8cqvovzrh81GOfPl',
    '8/kBrCi8OaHSxRwtx0hKp1VX50uf22msCKRjeuPT7J7ZyDIrcZcL18JRrOO8HDL+',
    'YhoD4mNLy582q/+Utye5Hqg/OzLZIdlaQ/nIStbAUZXYJ4ug6mJD6bq2nyGSyH1o',
    'iuRs6FnZvOKx8hECQQDX3PmvZjBb8rB5ShOzvYzrXBwNKovtheoSUMuzuOfxeJMx',
    'leY5m6qL0pj1z2XoaM2qEfFU9Idk4bfXdO1C5ZqVAkEAyC9Hk3+fjuQ/nkH8nwtt',
    'Jsf3gDGtulzEa6FvM9KSZor/jbRABtJIS+0ZSieZ1TQBckqY6J58xbpdqPAFB0IN',
    '7wJBAJqAG+nRj01QX8UAIyfjxIf0jlNSH4Lq9UUUtSe2cbSgI2I7MuQKqb+YBUjy',
    'n7L/yCww2XV/66Rl9gptMyBNbB0CQHbHRusH4L7CQ9U9Rg2AlCVcpUhVMcXQYWOT',
    'iA3xtZhOhU+pUgw6HVefuU+8q5RLpUgRZyUvVM1lxUkGEZW65dUCQBsdzRoyXxcY',
    'vj0ATOg0VOo6yA3XUcfn+3El/3avBdzTUiAd0AlofYJxmuDVaRfYIZTwITCcGE+t',
    'q77rweqxfOk=',
    '-----END PRIVATE KEY-----',
  ].join('\n'),
  cert: [
    '-----BEGIN CERTIFICATE-----',
    'MIICCDCCAXGgAwIBAgIUfdL6IAPVPwQGSek++iGC6ygjqNowDQYJKoZIhvcNAQEF',
    'BQAwFTETMBEGA1UEAwwKb2xkIGRldmljZTAgFw0yNjExMjEwMzA1MTdaGA8yMTI2',
    'MTAyODAzMDUxN1owFTETMBEGA1UEAwwKb2xkIGRldmljZTCBnzANBgkqhkiG9w0B',
    'AQEFAAOBjQAwgYkCgYEAqMyA/YfJul+zRzd1sgOK3I+DIe79AVmF3ACKXOc/M/jP',
    'av/o945mLFjUcq2jm1HBGFhapxFx/+6dM1OZC3r8FHzh9tuhBe2iDeJat7h5GV8Z',
    '2+fE2R3h5t4PV7fhve19agRvMbvX/cpU0ArujUfzzJJlEYr7hu9AV0VxPAqe4hsC',
    'AwEAAaNTMFEwHQYDVR0OBBYEFKRFlkYJuZV+zhels0JwfcKeDeppMB8GA1UdIwQY',
    'MBaAFKRFlkYJuZV+zhels0JwfcKeDeppMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZI',
    'hvcNAQEFBQADgYEAJIDjdwyc5UY73VT9nDOlI3Ou5R+c/K6P6P7EsAAJrqM1qUVK',
    'tVB2QdSXtBKoht5MVbm25XqTpBPhpHQ+o1gKg/ZWZRON5BCmPSsvq1SY6jPWRaRv',
    'GtBDFfBCdih/rLMo7HVnxbGy2v1BOZoEF8HIrTY3/72sseyaJW6uboPBODw=',
    '-----END CERTIFICATE-----',
  ].join('\n'),
} as const;
