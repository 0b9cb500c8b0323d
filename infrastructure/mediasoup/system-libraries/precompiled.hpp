// What most of the media worker's files include: read once for all of them (the script `meson` beside this tells how).
// Nothing of the worker's own belongs here but what never differs between its files.
#ifndef OPEN_MEETING_PRECOMPILED
#define OPEN_MEETING_PRECOMPILED
#if __has_include("common.hpp") && __has_include("FBS/message.h")
#include "common.hpp"
#include <ankerl/unordered_dense.h>
#include <flatbuffers/flatbuffers.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <uv.h>
#include <array>
#include <bitset>
#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <numeric>
#include <ostream>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>
#include "FBS/message.h"
#endif
#endif
