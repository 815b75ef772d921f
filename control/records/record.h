// SPDX-License-Identifier: Apache-2.0
// How every record in the ownership store begins, and what its attempt id is for.
//
//   | layout 8 | kind 8 | attempt 64 | fields ...
//
// A write whose answer was lost may have been applied, or may yet be. It is settled by trying the
// same change again, from the same expected value, under a new attempt id: whichever applies, the
// other never can, since the expected value is gone. What is found then is either ours under some
// attempt id, or somebody else's.
#pragma once

#include "base/ensure.h"
#include "control/ownership_store.h"
#include "session/core/wire_fields.h"

namespace jvpn {

enum class RecordKind : std::uint8_t { session = 1, peer = 2, life = 3, renewal = 4, wish = 5 };

/// 64 random bits.
using AttemptId = Strong<struct AttemptIdTag, std::uint64_t>;

inline constexpr std::uint8_t kRecordLayout = 1;
inline constexpr std::size_t kMaxRecordSize = 4096;

/// The same record, written under another attempt id. `value` is a record of ours.
StoreValue with_attempt(const StoreValue& value, AttemptId attempt);
/// Do these differ in nothing but the attempt id?
bool same_change(const StoreValue& a, const StoreValue& b);

class RecordWriter {
 public:
  RecordWriter(RecordKind kind, AttemptId attempt) {
    fields_(kRecordLayout, static_cast<std::uint8_t>(kind), attempt);
  }
  FieldWriter& fields() { return fields_; }
  StoreValue finish() {
    ensure(fields_.cursor().ok(), "kMaxRecordSize holds every record");
    const ByteSpan written = fields_.cursor().written();
    return std::string_view(reinterpret_cast<const char*>(written.data()), written.size());
  }

 private:
  Bytes<kMaxRecordSize> room_;
  FieldWriter fields_{room_};
};

class RecordReader {
 public:
  /// Check ok() at the end: a record of another kind or layout is refused like any other deviation.
  RecordReader(const StoreValue& value, RecordKind kind, AttemptId& attempt)
      : fields_({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()}) {
    std::uint8_t layout = 0;
    std::uint8_t found = 0;
    fields_(layout, found, attempt);
    if (value.size() > kMaxRecordSize) refuse();  // nor could it ever be written again
    if (layout != kRecordLayout || found != static_cast<std::uint8_t>(kind)) refuse();
  }
  FieldReader& fields() { return fields_; }
  void refuse() { fields_.cursor().refuse(); }
  bool finished() { return fields_.cursor().finished(); }

 private:
  FieldReader fields_;
};

}  // namespace jvpn
