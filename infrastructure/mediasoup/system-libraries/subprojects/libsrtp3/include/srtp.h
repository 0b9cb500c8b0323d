// The part of libsrtp 3's interface that the media worker uses, over libsrtp 2.
//
// Version 3 reads from one buffer and writes to another; version 2 works in place. Where both are the same buffer nothing
// is copied. A policy is an opaque object in version 3; here it is filled step by step and given to version 2 whole.
#ifndef OPEN_MEETING_SRTP_STAND_IN_H
#define OPEN_MEETING_SRTP_STAND_IN_H

#include <srtp2/srtp.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Status codes that version 2 does not have. Its enumeration ends at 27, within five bits.
constexpr srtp_err_status_t srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr srtp_err_status_t srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

struct srtp3_policy
{
	srtp_policy_t policy{};
	unsigned char key[SRTP_MAX_KEY_LEN]{};
};

inline srtp_err_status_t srtp_policy_create(srtp3_policy** policy)
{
	*policy = new (std::nothrow) srtp3_policy();

	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp3_policy* policy)
{
	if (policy)
	{
		// The keys must not stay in freed memory; volatile keeps the compiler from dropping the writes.
		volatile unsigned char* key = policy->key;

		for (size_t i = 0; i < sizeof(policy->key); ++i)
		{
			key[i] = 0;
		}
	}

	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp3_policy* policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp3_policy* policy, srtp_profile_t profile)
{
	const srtp_err_status_t status =
	  srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);

	if (status != srtp_err_status_ok)
	{
		return status;
	}

	return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp3_policy* policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* /*mki*/,
  size_t mkiLen)
{
	// The worker uses no master key identifiers.
	if (mkiLen != 0 || keyLen > sizeof(policy->key) || saltLen > sizeof(policy->key) - keyLen)
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->key, key, keyLen);
	std::memcpy(policy->key + keyLen, salt, saltLen);
	policy->policy.key = policy->key;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp3_policy* policy, bool allow)
{
	policy->policy.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp3_policy* policy, size_t size)
{
	policy->policy.window_size = static_cast<unsigned long>(size);

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, const srtp3_policy* policy)
{
	return srtp_create(session, &policy->policy);
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

// Runs one of version 2's in-place functions. `growth` is what it may add to the packet.
template<typename InPlace>
inline srtp_err_status_t srtp3_in_place(
  InPlace inPlace,
  srtp_t session,
  const uint8_t* in,
  size_t inLen,
  uint8_t* out,
  size_t* outLen,
  size_t growth)
{
	if (inLen > static_cast<size_t>(INT_MAX) - growth || inLen + growth > *outLen)
	{
		return srtp_err_status_buffer_small;
	}

	if (in != out)
	{
		std::memmove(out, in, inLen);
	}

	int len = static_cast<int>(inLen);
	const srtp_err_status_t status = inPlace(session, out, &len);

	if (status == srtp_err_status_ok)
	{
		*outLen = static_cast<size_t>(len);
	}

	return status;
}

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t /*mki*/)
{
	return srtp3_in_place(
	  [](srtp_t s, void* packet, int* len) { return ::srtp_protect(s, packet, len); },
	  session, in, inLen, out, outLen, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t /*mki*/)
{
	// Four octets more than the trailer of RTP: the index (RFC 3711, section 3.4).
	return srtp3_in_place(
	  [](srtp_t s, void* packet, int* len) { return ::srtp_protect_rtcp(s, packet, len); },
	  session, in, inLen, out, outLen, SRTP_MAX_TRAILER_LEN + 4);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
{
	// The worker keeps 0 for "no SSRC", and a packet that carries it trips an assertion in Producer::CreateRtpStream
	// (encodings that are told by RID or MID have no SSRC). Every client's packet comes through here, so it ends here.
	if (inLen >= 12 && (in[8] | in[9] | in[10] | in[11]) == 0)
	{
		return srtp_err_status_bad_param;
	}

	return srtp3_in_place(
	  [](srtp_t s, void* packet, int* len) { return ::srtp_unprotect(s, packet, len); },
	  session, in, inLen, out, outLen, 0);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
{
	return srtp3_in_place(
	  [](srtp_t s, void* packet, int* len) { return ::srtp_unprotect_rtcp(s, packet, len); },
	  session, in, inLen, out, outLen, 0);
}

// From here on the name means version 3's opaque handle.
using srtp3_policy_handle = srtp3_policy*;
#define srtp_policy_t srtp3_policy_handle

#endif
