// Stands in front of the system's <openssl/bio.h>.
//
// The worker watches the BIO to which OpenSSL writes with a callback that answers 1 to every control operation. One of
// these asks whether the kernel does the encryption (KTLS). The worker's own OpenSSL is built without KTLS; Debian's asks,
// hears "yes", allocates no buffer for what it writes, and ends the process at the first DTLS handshake. So this one
// question gets the true answer, no.
#ifndef OPEN_MEETING_OPENSSL_BIO_H
#define OPEN_MEETING_OPENSSL_BIO_H

#include_next <openssl/bio.h>

#if defined(__cplusplus) && defined(BIO_CTRL_GET_KTLS_SEND) && defined(BIO_CTRL_GET_KTLS_RECV)
template<BIO_callback_fn_ex callback>
long bioCallbackWithoutKtls(
  BIO* bio, int operation, const char* argp, size_t len, int argi, long argl, int ret, size_t* processed)
{
	const long result = callback(bio, operation, argp, len, argi, argl, ret, processed);
	const bool asksForKtls = (operation & ~BIO_CB_RETURN) == BIO_CB_CTRL &&
	                         (argi == BIO_CTRL_GET_KTLS_SEND || argi == BIO_CTRL_GET_KTLS_RECV);

	return (operation & BIO_CB_RETURN) != 0 && asksForKtls ? 0 : result;
}

#define BIO_set_callback_ex(bio, callback) (BIO_set_callback_ex)((bio), bioCallbackWithoutKtls<callback>)
#endif

#endif
