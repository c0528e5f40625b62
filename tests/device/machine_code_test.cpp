#include "device/code/machine_code.h"

#include <capstone/capstone.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "base/files.h"
#include "device/code/elf_functions.h"

namespace mecrr {
namespace {

Bytes code(std::initializer_list<int> octets) {
  Bytes bytes;
  for (const int octet : octets) bytes.push_back(static_cast<std::byte>(octet));
  return bytes;
}

/// Of the first instruction of `octets`; 0 if they are none.
int length(std::initializer_list<int> octets) {
  Bytes bytes = code(octets);
  const auto shape = shape_of(bytes);
  if (!shape) return 0;
  // Whatever stands behind changes nothing, and no byte of it can be spared.
  EXPECT_FALSE(shape_of(ByteView(bytes).first(shape->length - 1U)));
  return shape->length;
}

TEST(ShapeOf, CountsOperands) {
  EXPECT_EQ(length({0x90}), 1);
  EXPECT_EQ(length({0x48, 0x8b, 0x05, 1, 2, 3, 4}), 7);         // mov rax, [rip+…]
  EXPECT_EQ(length({0x8b, 0x04, 0x25, 1, 2, 3, 4}), 7);         // mov eax, [disp32]
  EXPECT_EQ(length({0x8b, 0x44, 0x24, 8}), 4);                  // mov eax, [rsp+8]
  EXPECT_EQ(length({0x8b, 0x84, 0x24, 8, 0, 0, 0}), 7);         // mov eax, [rsp+disp32]
  EXPECT_EQ(length({0xb8, 1, 2, 3, 4}), 5);                     // mov eax, imm32
  EXPECT_EQ(length({0x66, 0xb8, 1, 2}), 4);                     // mov ax, imm16
  EXPECT_EQ(length({0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8}), 10);  // movabs
  EXPECT_EQ(length({0x48, 0xa1, 1, 2, 3, 4, 5, 6, 7, 8}), 10);  // mov rax, [moffs]
  EXPECT_EQ(length({0xc8, 1, 2, 3}), 4);                        // enter
  EXPECT_EQ(length({0x66, 0x81, 0xc0, 1, 2}), 5);               // add ax, imm16
  EXPECT_EQ(length({0xf6, 0xc1, 1}), 3);                        // test cl, imm8
  EXPECT_EQ(length({0xf6, 0xd1}), 2);                           // not cl
  EXPECT_EQ(length({0xf7, 0x05, 1, 2, 3, 4, 5, 6, 7, 8}), 10);  // test [rip+…], imm32
  EXPECT_EQ(length({0x64, 0x48, 0x8b, 0x04, 0x25, 0x28, 0, 0, 0}), 9);
}

TEST(ShapeOf, KnowsLongerMapsAndVectorPrefixes) {
  EXPECT_EQ(length({0x0f, 0xa2}), 2);
  EXPECT_EQ(length({0xf3, 0x0f, 0x1e, 0xfa}), 4);                    // endbr64
  EXPECT_EQ(length({0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0}), 8);           // nop
  EXPECT_EQ(length({0x66, 0x0f, 0x38, 0x00, 0xc1}), 5);              // pshufb
  EXPECT_EQ(length({0x66, 0x0f, 0x3a, 0x0f, 0xc1, 8}), 6);           // palignr
  EXPECT_EQ(length({0x0f, 0x70, 0xc1, 0xe4}), 4);                    // pshufw
  EXPECT_EQ(length({0xc5, 0xf8, 0x77}), 3);                          // vzeroupper
  EXPECT_EQ(length({0xc5, 0xfd, 0x70, 0xc1, 0xe4}), 5);              // vpshufd
  EXPECT_EQ(length({0xc4, 0xe3, 0x7d, 0x39, 0xc1, 1}), 6);           // vextracti128
  EXPECT_EQ(length({0x62, 0xf1, 0x7c, 0x48, 0x10, 0x07}), 6);        // vmovups zmm
  EXPECT_EQ(length({0x62, 0xf3, 0x7d, 0x48, 0x25, 0xc1, 0xff}), 7);  // vpternlogd
  EXPECT_EQ(length({0x62, 0xf5, 0x7c, 0x48, 0x58, 0xc1}), 6);        // vaddph
  EXPECT_EQ(length({0x8f, 0xe8, 0x78, 0xc0, 0xc1, 3}), 6);           // vprotb, XOP
  EXPECT_EQ(length({0x8f, 0xc0}), 2);                                // pop rax
}

TEST(ShapeOf, RefusesWhatIsNoInstruction) {
  for (const int opcode : {0x06, 0x1f, 0x27, 0x37, 0x60, 0x61, 0x82, 0x9a, 0xce, 0xd4, 0xea})
    EXPECT_EQ(length({opcode, 0, 0, 0, 0, 0, 0, 0}), 0) << opcode;
  EXPECT_EQ(length({0x66, 0xc5, 0xf8, 0x77}), 0);
  EXPECT_EQ(length({0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                    0x66, 0x66, 0x90}),
            0);
  EXPECT_EQ(length({}), 0);
}

TEST(ShapeOf, TellsWhereControlGoes) {
  const auto loop = shape_of(code({0xeb, 0xfe}));
  ASSERT_TRUE(loop);
  EXPECT_EQ(loop->flow, Flow::kTarget);
  EXPECT_EQ(loop->displacement, -2);
  EXPECT_EQ(shape_of(code({0x0f, 0x84, 4, 0, 0, 0}))->flow, Flow::kNextOrTarget);
  EXPECT_EQ(shape_of(code({0xc3}))->flow, Flow::kElsewhere);
  EXPECT_EQ(shape_of(code({0xff, 0xe0}))->flow, Flow::kElsewhere);
  EXPECT_EQ(shape_of(code({0xff, 0xd0}))->flow, Flow::kNext);
  EXPECT_TRUE(shape_of(code({0xe8, 0, 0, 0, 0}))->is_call);
}

TEST(FollowJumps, SkipsDataThatIsJumpedOver) {
  // jmp +3; three bytes of data, the last of which begins a long instruction; cpuid; ret
  const auto reached = follow_jumps(code({0xeb, 3, 0x0f, 0xa2, 0x48, 0x0f, 0xa2, 0xc3}));
  EXPECT_TRUE(reached[5]);
  EXPECT_TRUE(reached[7]);
  EXPECT_FALSE(reached[2]);
  EXPECT_FALSE(reached[4]);
}

TEST(FollowJumps, TakesBothWaysOfAConditionalJumpAndGoesBackwards) {
  // jz +3; jmp -4; nop; cpuid; jmp -5
  const auto reached = follow_jumps(code({0x74, 3, 0xeb, 0xfc, 0x90, 0x0f, 0xa2, 0xeb, 0xfb}));
  for (const int at : {0, 2, 4, 5, 7}) EXPECT_TRUE(reached[at]) << at;
  EXPECT_EQ(std::ranges::count(reached, true), 5);
}

TEST(FollowJumps, StaysInsideTheFunction) {
  EXPECT_EQ(follow_jumps(code({0xeb, 0x7f})), std::vector<bool>({true, false}));
  EXPECT_EQ(follow_jumps(code({0xe9, 0, 0, 0, 0x80})).size(), 5U);
  EXPECT_EQ(follow_jumps(code({0x90, 0xb8, 0x0f, 0xa2})),
            std::vector<bool>({true, false, false, false}));
  EXPECT_TRUE(follow_jumps({}).empty());
}

TEST(ShapeOf, AgreesWithCapstoneOnThisProgram) {
  csh capstone = 0;
  ASSERT_EQ(cs_open(CS_ARCH_X86, CS_MODE_64, &capstone), CS_ERR_OK);
  const std::unique_ptr<cs_insn, decltype([](cs_insn* one) { cs_free(one, 1); })> instruction(
      cs_malloc(capstone));
  const auto file = read_file("/proc/self/exe");
  ASSERT_TRUE(file);
  auto functions = ElfFunctions::of(*file);
  ASSERT_TRUE(functions);
  std::size_t compared = 0;
  for (const FileRange& range : functions->executable()) {
    for (std::uint64_t at = range.offset; at < range.offset + range.size;) {
      const auto function = functions->function_at(at);
      if (!function || function->offset != at) {
        ++at;
        continue;
      }
      const ByteView body = *slice(*file, function->offset, function->size);
      const std::vector<bool> reached = follow_jumps(body);
      for (std::size_t i = 0; i < body.size(); ++i) {
        if (!reached[i]) continue;
        const std::uint8_t* from = as_octets(body) + i;
        std::size_t left = body.size() - i;
        std::uint64_t address = 0;
        if (!cs_disasm_iter(capstone, &from, &left, &address, instruction.get())) continue;
        ASSERT_EQ(shape_of(body.subspan(i))->length, instruction->size)
            << std::hex << at + i << " " << instruction->mnemonic << " " << instruction->op_str;
        ++compared;
      }
      at += std::max<std::uint64_t>(function->size, 1);
    }
  }
  cs_close(&capstone);
  EXPECT_GT(compared, 10'000U);
}

}  // namespace
}  // namespace mecrr
