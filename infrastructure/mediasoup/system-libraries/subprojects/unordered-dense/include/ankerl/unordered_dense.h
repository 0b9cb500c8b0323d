// `map`, `set` and `hash` of ankerl::unordered_dense over the standard containers, which need nothing installed. The
// worker looks a handful of small maps up per packet: nanoseconds beside the microsecond that encrypting one takes.
#ifndef OPEN_MEETING_UNORDERED_DENSE_STAND_IN_H
#define OPEN_MEETING_UNORDERED_DENSE_STAND_IN_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace ankerl::unordered_dense
{
	// The worker combines these hashes for addresses and ports, so neighbouring values must not give neighbouring
	// hashes. std::hash is the identity for integers; the multiply-xor rounds of SplitMix64 spread them.
	inline uint64_t mix(uint64_t value) noexcept
	{
		value += 0x9e3779b97f4a7c15ULL;
		value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
		value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;

		return value ^ (value >> 31);
	}

	template<typename T>
	struct hash
	{
		size_t operator()(const T& value) const noexcept
		{
			if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
			{
				return static_cast<size_t>(mix(static_cast<uint64_t>(value)));
			}
			else if constexpr (std::is_pointer_v<T>)
			{
				return static_cast<size_t>(mix(reinterpret_cast<uintptr_t>(value)));
			}
			else
			{
				return std::hash<T>{}(value);
			}
		}
	};

	template<
	  typename Key,
	  typename Value,
	  typename Hash  = hash<Key>,
	  typename Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense

#endif
