// The agent, linked (agent.ld), as data of mecrr.
  .section .rodata
  .globl mecrr_agent_code, mecrr_agent_code_end
  .balign 16
mecrr_agent_code:
  .incbin MECRR_AGENT_BINARY
mecrr_agent_code_end:

  .section .note.GNU-stack, "", @progbits
