#!/bin/sh
mkdir backup

cp letter.txt backup/letter.txt
rm letter.txt
echo "The letter is safe in the backup."

set -e
cp diary.txt backup/diary.txt
rm diary.txt
echo "The diary is safe in the backup."
