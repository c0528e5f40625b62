#include "device/agent/writer.h"

#include "device/agent/hash.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kMaxText = 4096;  // PATH_MAX; longer ones are errors
constexpr unsigned kMaxParts = 255;

constexpr std::uint64_t padded(std::uint64_t size) { return (size + 7) & ~std::uint64_t{7}; }

/// Copies to the log, and fills the last word with zeros.
void copy_padded(std::uint64_t to, std::uint64_t from, std::uint64_t size) {
  if ((size & 7) != 0) store<std::uint64_t>(to + (size & ~std::uint64_t{7}), 0);
  copy(to, from, size);
}

}  // namespace

bool Writer::begin(const Call& call) {
  AgentState& agent = state();
  record_ = at<CallRecord>(kLog + agent.log_used);
  left_ = agent.log_bytes - agent.log_used;
  const std::uint64_t size = sizeof(CallRecord) + call.form->arity * sizeof(std::uint64_t);
  if (agent.log_used > agent.log_bytes || left_ < size) return abandon(Abandoned::kLogFull);
  left_ -= size;
  record_->number = static_cast<std::uint16_t>(call.number);
  record_->arguments = call.form->arity;
  record_->rip = agent.rcx;
  record_->rsp = agent.rsp;
  record_->output = call.output;
  record_->reserved = 0;
  std::uint64_t at = address_of(record_ + 1);
  const std::uint64_t* argument = call.arguments;
  for (unsigned left = call.form->arity; left > 0; --left, at += sizeof(std::uint64_t)) {
    store(at, *argument++);
  }
  at_ = at;
  return true;
}

bool Writer::add_text(std::uint64_t start) {
  std::uint64_t size = 0;
  while (load<char>(start + size) != 0) {
    if (++size > kMaxText) return abandon(Abandoned::kSize);
  }
  if (sizeof(CallPart) + padded(size) > left_) return abandon(Abandoned::kLogFull);
  left_ -= sizeof(CallPart) + padded(size);
  add_part(start, size, CallPart::Kind::kText);
  copy_padded(at_, start, size);
  at_ += padded(size);
  return true;
}

bool Writer::add_read(std::uint64_t start, std::uint64_t size, CallPart::Kind kind) {
  if (start == 0 || size == 0) return true;
  if (size > kMaxRead - read_) return abandon(Abandoned::kSize);
  read_ += size;
  const CallPart planned{start, static_cast<std::uint32_t>(size), kind};
  if (planned.bytes() > left_) return abandon(Abandoned::kLogFull);
  if (parts_ == kMaxParts) return abandon(Abandoned::kSize);
  left_ -= planned.bytes();
  const CallPart* part = add_part(start, size, kind);
  copy_padded(at_, start, part->stored());
  at_ += padded(part->stored());
  if (part->has_hash()) {
    store(at_, hash64(start, size));
    at_ += sizeof(std::uint64_t);
  }
  return true;
}

bool Writer::reserve(std::uint64_t size) {
  if (size >= kLogBytes || sizeof(CallPart) + padded(size) > left_)
    return abandon(Abandoned::kLogFull);
  if (++reserved_ + parts_ > kMaxParts) return abandon(Abandoned::kSize);
  left_ -= sizeof(CallPart) + padded(size);
  return true;
}

void Writer::add_written(std::uint64_t start, std::uint64_t size) {
  if (start == 0 || size == 0) return;
  add_part(start, size, CallPart::Kind::kWritten);
  copy_padded(at_, start, size);
  at_ += padded(size);
}

void Writer::finish(std::int64_t result) {
  record_->result = result;
  record_->parts = static_cast<std::uint8_t>(parts_);
  record_->bytes = static_cast<std::uint32_t>(at_ - address_of(record_));
  state().log_used += record_->bytes;
}

CallPart* Writer::add_part(std::uint64_t start, std::uint64_t size, CallPart::Kind kind) {
  CallPart* part = at<CallPart>(at_);
  part->address = start;
  part->size = static_cast<std::uint32_t>(size);
  part->kind = kind;
  at_ += sizeof(CallPart);
  ++parts_;
  return part;
}

}  // namespace mecrr::agent
