DROP INDEX account_credentials_by_token;
DROP INDEX accounts_deleted;
