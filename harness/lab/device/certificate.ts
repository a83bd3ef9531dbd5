/** What the secure reference device shows by TLS: signed by itself, and its key is here for everybody to read. */
export const REFERENCE_CERTIFICATE = {
  key: [
    '-----BEGIN PRIVATE KEY-----',
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRLzsS+/TMEax/70p',
    'JEdiJR2wN7jhgIxKGz7gdzmISxahRANCAAQfAv52Gd57wBlO2craH3vsMVhoDfb5',
    'tDQ2r+bVT9uvQlFq2wD74FNRIZmqtWkcQwj4xsE/dzJr/BEGUtoDeSoJ',
    '-----END PRIVATE KEY-----',
  ].join('\n'),
  cert: [
    '-----BEGIN CERTIFICATE-----',
    'MIIBmTCCAT+gAwIBAgIUeQuF3X4jdEjos37Ohiwu2JpgulQwCgYIKoZIzj0EAwIw',
    'ITEfMB0GA1UEAwwWcmFsbHkgcmVmZXJlbmNlIGRldmljZTAgFw0yNjExMjEwMjE3',
    'MjFaGA8yMTI2MTAyODAyMTcyMVowITEfMB0GA1UEAwwWcmFsbHkgcmVmZXJlbmNl',
    'IGRldmljZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABB8C/nYZ3nvAGU7Zytof',
    'e+wxWGgN9vm0NDav5tVP269CUWrbAPvgU1Ehmaq1aRxDCPjGwT93Mmv8EQZS2gN5',
    'KgmjUzBRMB0GA1UdDgQWBBR3XEjd8PrCxOftpmdzSVhfKRyQZDAfBgNVHSMEGDAW',
    'gBR3XEjd8PrCxOftpmdzSVhfKRyQZDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49',
    'BAMCA0gAMEUCIQCo4nOmsKoGdwl7geN+zDzqW7ArjFl4qyNpaDnHFKCc5wIgb4Lx',
    'hECO1JZARhMlRYrNhO+eqmgwbvuwRjlzqtEM+hE=',
    '-----END CERTIFICATE-----',
  ].join('\n'),
} as const;
