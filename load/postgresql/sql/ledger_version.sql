SELECT max(version) FROM :"ledger".ledger_version WHERE product = 'crossgrade'
