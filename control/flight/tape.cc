// SPDX-License-Identifier: Apache-2.0
#include "control/flight/tape.h"

#include "base/cursor.h"
#include "control/flight/tape_fields.h"

namespace jvpn {
namespace {

constexpr std::size_t kHeaderSize = 4 + 1;

template <std::size_t I>
bool read_alternative(TapeFieldReader& field, CoreInput& out) {
  using Input = std::variant_alternative_t<I, CoreInput>;
  InputLayout<Input>::visit(out.emplace<I>(), field);
  return field.finished();
}

template <std::size_t... I>
bool read_fields(std::uint8_t kind, TapeFieldReader& field, CoreInput& out,
                 std::index_sequence<I...>) {
  return ((kind == I && read_alternative<I>(field, out)) || ...);
}

}  // namespace

TapeWriter::TapeWriter(Sink sink)
    : sink_(std::move(sink)), lines_({"tape", OwnerEpoch{}, ""}, {}, [this](std::string_view line) {
        frame(TapeFrame::event, {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
        return true;
      }) {}

void TapeWriter::frame(TapeFrame kind, ByteView body) {
  std::vector<std::uint8_t> whole(kHeaderSize + body.size());
  ByteWriter out(whole);
  out.number(static_cast<std::uint32_t>(body.size())).number(static_cast<std::uint8_t>(kind));
  out.bytes(body);
  sink_(whole);
}

void TapeWriter::input(const CoreInput& input, Instant now) {
  buffer_.clear();
  TapeFieldWriter field(buffer_);
  field(now, static_cast<std::uint8_t>(input.index()));
  std::visit([&]<class Input>(const Input& what) { InputLayout<Input>::visit(what, field); },
             input);
  frame(TapeFrame::input, buffer_);
}

void TapeWriter::draw(ByteView bytes) {
  frame(TapeFrame::draw, bytes);
}

void TapeWriter::slot(const std::optional<Tag>& tag) {
  const Bytes<7> wire = tag.value_or(Tag()).to_wire();
  frame(TapeFrame::slot, tag ? ByteView(wire) : ByteView());
}

void TapeWriter::key_room(bool yes) {
  const Bytes<1> body{std::uint8_t{yes}};
  frame(TapeFrame::key_room, body);
}

void TapeWriter::event(const AuditEvent& event) {
  lines_.write(event, 0);
}

std::optional<TapeItem> TapeReader::peek() {
  if (rest_.empty()) return std::nullopt;
  ByteReader in(rest_);
  const auto size = in.number<std::uint32_t>();
  const auto kind = in.number<std::uint8_t>();
  const ByteView body = in.view(size);
  ok_ = ok_ && in.ok() && kind >= 1 && kind <= static_cast<std::uint8_t>(TapeFrame::event);
  if (!ok_) return std::nullopt;
  return TapeItem{static_cast<TapeFrame>(kind), body};
}

std::optional<TapeItem> TapeReader::next() {
  const std::optional<TapeItem> item = peek();
  if (!item) return std::nullopt;
  rest_ = rest_.subspan(kHeaderSize + item->body.size());
  ++position_;
  return item;
}

std::optional<TimedInput> read_input(ByteView body) {
  TapeFieldReader field(body);
  TimedInput out;
  std::uint8_t kind = 0;
  field(out.at, kind);
  constexpr auto kAll = std::make_index_sequence<std::variant_size_v<CoreInput>>();
  if (!read_fields(kind, field, out.input, kAll)) return std::nullopt;
  return out;
}

}  // namespace jvpn
