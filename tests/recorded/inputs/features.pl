# Regular expressions, hashes, sorting, files, fork, pipes, signals, sprintf and pack.
use strict;
use warnings;
use POSIX qw(:sys_wait_h floor);
use List::Util qw(sum shuffle);
use Time::HiRes qw(time);
$| = 1;

my %count;
$count{$_ % 7} += $_ for 1 .. 20000;
print join(",", map { "$_=$count{$_}" } sort { $count{$a} <=> $count{$b} } keys %count), "\n";
(my $text = "The quick brown fox") =~ s/(\w+)/\u\L$1/g;
print "$text ", join("|", $text =~ /\b(\w{5})\b/g), "\n";
open(my $out, ">", "lines.txt") or die;
printf $out "%05d %s\n", $_, "x" x ($_ % 50) for 1 .. 5000;
close $out;
open(my $in, "<", "lines.txt") or die;
my $length = 0;
while (<$in>) { $length += length }
print "$length bytes\n";
my $pid = open(my $pipe, "-|") // die;
if ($pid == 0) { print "from the child\n"; exit 3 }
print "read: ", <$pipe>;
close $pipe;
print "status ", $? >> 8, "\n";
my $got = 0;
$SIG{USR1} = sub { $got++ };
kill USR1 => $$ for 1 .. 3;
print "signals: ", $got > 0 ? "yes" : "no", "\n";
eval { local $SIG{ALRM} = sub { die "alarm\n" }; Time::HiRes::alarm(0.02); select(undef, undef, undef, 100) };
print "ended by $@";
print unpack("H*", pack("NnC", 0xdeadbeef, 0x1234, 7)), " ", sum(map { $_ ** 2 } 1 .. 10), "\n";
print "shuffled\n" if join("", sort { $a <=> $b } shuffle(1 .. 9)) eq "123456789";
print `echo backticks`;
